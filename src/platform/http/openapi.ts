import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { findEndpoint } from './endpoint.js';
import { describeOperation, type Operation } from './openapi-operation.js';
import { ProblemView } from './problem.view.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const VERSION = '0.1.0';

const DESCRIPTION = `Backend for WeCom (企业微信) customer operations.

Every request carries an API key: \`Authorization: Bearer scrm_…\`. Errors are \`application/problem+json\` with a stable
\`code\`; texts come in Chinese or English by \`Accept-Language\`. Every POST with an effect needs an \`Idempotency-Key\`.

每个请求都需要 API 密钥；错误以 \`application/problem+json\` 返回并带有稳定的 \`code\`；有副作用的 POST 必须带 \`Idempotency-Key\`。`;

/** The OpenAPI 3.1 document of the application. @throws when a route has no `@Endpoint`: it would be undocumented. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('WeCom SCRM API')
    .setVersion(VERSION)
    .setDescription(DESCRIPTION)
    .addServer('/', 'this deployment')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'opaque', description: 'scrm_op_… or scrm_corp_…' },
      'apiKey',
    )
    .addSecurityRequirements('apiKey')
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemView] });
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined; // reason: the parts we write, typed exactly
      if (!operation) continue;
      const endpoint = findEndpoint(operation.operationId);
      if (!endpoint) throw new Error(`${method.toUpperCase()} ${path} has no @Endpoint`);
      describeOperation(document, operation, { endpoint, method, path });
    }
  }
  return document;
}
