import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import type { AppConfig } from './platform/config/app-config.js';
import { MasterKeys } from './platform/crypto/master-keys.js';
import { assertAppRole } from './platform/database/app-role.js';
import { assertMigrated, migrate } from './platform/database/migrate.js';
import { Readiness } from './platform/health/readiness.js';
import { createHttpAdapter } from './platform/http/http-adapter.js';
import { initHttp } from './platform/http/init-http.js';
import { AppLogger } from './platform/logging/app-logger.js';
import { waitForDatabase } from './waiting-server.js';

export interface RunningApplication {
  readonly app: NestFastifyApplication;
  /** `http://127.0.0.1:3000`, as seen from this machine. */
  readonly url: string;
  /** Takes no new work, finishes what is in flight, closes. */
  close(): Promise<void>;
}

/**
 * Starts one process: API, worker or both. While the database does not answer it waits, alive and not ready. With a
 * migration URL it migrates first and then forgets that URL.
 * @throws with a message for the operator when keys, role or schema do not fit.
 */
export async function startApplication(config: AppConfig): Promise<RunningApplication> {
  const masterKeys = MasterKeys.load(config);
  await waitForDatabase(config);
  if (config.databaseMigrationUrl) await migrate(config.databaseMigrationUrl);
  await assertMigrated(config.databaseUrl);
  const app = await createApplication(config, masterKeys);
  try {
    await assertAppRole(app.get(DataSource));
    await initHttp(app);
    await app.listen({ port: config.port, host: config.host });
  } catch (error) {
    await app.close().catch(() => undefined); // the first error tells the story
    throw error;
  }
  return { app, url: await urlOf(app), close: () => closeGracefully(app) };
}

/** The application before it is initialised: connected to the database, listening to nothing. */
export function createApplication(
  config: AppConfig,
  masterKeys: MasterKeys,
): Promise<NestFastifyApplication> {
  const logger = new AppLogger({ level: config.logLevel });
  return NestFactory.create<NestFastifyApplication>(
    AppModule.with({ config, logger, masterKeys }),
    createHttpAdapter(config),
    { bodyParser: false, abortOnError: false, logger },
  );
}

async function closeGracefully(app: NestFastifyApplication): Promise<void> {
  app.get(Readiness).stop();
  await app.close();
}

async function urlOf(app: NestFastifyApplication): Promise<string> {
  const url = new URL(await app.getUrl());
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  return url.origin;
}
