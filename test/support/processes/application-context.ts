/** The whole application without HTTP and without a worker, for processes that do one thing of it and are killed. */
import { tmpdir } from 'node:os';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../../src/app.module.js';
import { AppConfig } from '../../../src/platform/config/app-config.js';
import { MasterKeys } from '../../../src/platform/crypto/master-keys.js';
import { AppLogger } from '../../../src/platform/logging/app-logger.js';

export function startApplicationContext(): Promise<INestApplicationContext> {
  const config = new AppConfig({
    port: 0,
    host: '127.0.0.1',
    role: 'api',
    databaseUrl: process.env['DATABASE_URL'] ?? '',
    wecomApiBaseUrl: process.env['WECOM_API_BASE_URL'] ?? 'http://127.0.0.1:1',
    masterKeys: process.env['MASTER_KEYS'] ?? `test:${Buffer.alloc(32, 7).toString('base64')}`, // the same for each life
    dataDir: tmpdir(),
    logLevel: 'silent',
    syncEndedShareMax: 0.2,
    callbackSpoolMbMax: 16,
  });
  const parts = { config, logger: new AppLogger({ level: 'silent' }), masterKeys: MasterKeys.load(config) };
  return NestFactory.createApplicationContext(AppModule.with(parts), { logger: ['error'] });
}
