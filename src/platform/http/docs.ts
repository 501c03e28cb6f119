import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { buildOpenApi } from './openapi.js';

export const DOCS_PATH = '/docs';

/** `GET /openapi.json` and Swagger UI at `/docs`, from files of this installation. Both need a key, any key. */
export function serveDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup(DOCS_PATH, app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'WeCom SCRM API',
    swaggerOptions: { persistAuthorization: false, displayRequestDuration: true },
  });
}
