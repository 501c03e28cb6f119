import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { AppConfig } from './platform/config/app-config.js';
import { MasterKeys } from './platform/crypto/master-keys.js';
import { buildOpenApi } from './platform/http/openapi.js';
import { createHttpAdapter } from './platform/http/http-adapter.js';
import { AppLogger } from './platform/logging/app-logger.js';

/** The OpenAPI document of this build. Needs no database: the modules are read, and nothing of them is made. */
export async function openApiOfThisBuild(): Promise<OpenAPIObject> {
  const config = AppConfig.fromEnvironment({ DATABASE_URL: 'postgres://nobody@localhost/none' });
  const masterKeys = MasterKeys.load({
    masterKeys: `none:${randomBytes(32).toString('base64')}`,
    dataDir: config.dataDir,
  });
  const logger = new AppLogger({ level: 'silent' });
  const app = await NestFactory.create(AppModule.with({ config, logger, masterKeys }), createHttpAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return buildOpenApi(app);
}
