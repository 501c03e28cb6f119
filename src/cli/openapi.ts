/** `npm run openapi`: prints the OpenAPI document of this build. Needs no database. */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { AppConfig } from '../platform/config/app-config.js';
import { MasterKeys } from '../platform/crypto/master-keys.js';
import { buildOpenApi } from '../platform/http/openapi.js';
import { createHttpAdapter } from '../platform/http/http-adapter.js';
import { AppLogger } from '../platform/logging/app-logger.js';

const config = AppConfig.fromEnvironment({
  DATABASE_URL: 'postgres://nobody@localhost/none',
  DATA_DIR: '.data',
});
const masterKeys = MasterKeys.load({
  masterKeys: `none:${randomBytes(32).toString('base64')}`,
  dataDir: config.dataDir,
});
const logger = new AppLogger({ level: 'silent' });
// preview: the modules are read, nothing of them is made
const app = await NestFactory.create(AppModule.with({ config, logger, masterKeys }), createHttpAdapter(), {
  preview: true,
  logger: false,
  abortOnError: false,
});
process.stdout.write(`${JSON.stringify(buildOpenApi(app), null, 2)}\n`);
