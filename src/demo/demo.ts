import path from 'node:path';
import { Client } from 'pg';
import { type RunningApplication, startApplication } from '../bootstrap.js';
import { type EmbeddedDatabase, startDatabase } from '../embedded-database/index.js';
import { AppConfig } from '../platform/config/app-config.js';
import { Environment } from '../platform/config/environment.js';
import { createMasterKeyFile } from '../platform/crypto/master-keys.js';
import { migrate } from '../platform/database/migrate.js';
import { type Sandbox, startSandbox } from '../sandbox/index.js';
import { onFreePort } from './free-port.js';
import { claimDemo } from './only-demo.js';

const HOST = '127.0.0.1';
const CUSTOMERS_MAX = 2_000;
const EVENTS_PER_MINUTE = 6;

export interface Demo {
  readonly database: EmbeddedDatabase;
  readonly sandbox: Sandbox;
  readonly application: RunningApplication;
  /** Ends the application first, then the sandbox, then the database. Whoever asks again waits for the same end. */
  stop(): Promise<void>;
}

/**
 * Embedded database, sandbox and application in this process, everything on the loopback address.
 * @param options.port taken: the next free one is used.
 */
export async function startDemo(options: {
  port: number;
  dataDir: string;
  print: (line: string) => void;
}): Promise<Demo> {
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  };
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= closeAll());
  try {
    const database = await startDatabase({ dataDir: options.dataDir, console: options.print });
    closers.push(() => database.stop());
    closers.push(await claimDemo(database.appUrl));
    createMasterKeyFile(database.dataDir);
    await migrate(database.ownerUrl);
    const sandbox = await startSandbox({
      host: HOST,
      worldFile: path.join(database.dataDir, 'demo-world.json'),
    });
    closers.push(() => sandbox.close());
    await refuseForeignCorps(database.appUrl, sandbox);
    const settings = {
      host: HOST,
      role: 'all',
      databaseUrl: database.appUrl,
      wecomApiBaseUrl: sandbox.url,
      dataDir: database.dataDir,
      logLevel: 'warn',
      syncEndedShareMax: new Environment().SYNC_ENDED_SHARE_MAX,
      callbackSpoolMbMax: new Environment().CALLBACK_SPOOL_MB_MAX,
    } as const;
    const application = await onFreePort(options.port, HOST, (port) =>
      startApplication(new AppConfig({ ...settings, port })),
    );
    closers.push(() => application.close());
    return { database, sandbox, application, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Live traffic: a few events a minute, no growth beyond the demo's size. */
export function startDemoTraffic(sandbox: Sandbox): { stop(): void } {
  return sandbox.control.startTraffic({ eventsPerMinute: EVENTS_PER_MINUTE, customersMax: CUSTOMERS_MAX });
}

/** The demo sends every corp's secrets to the sandbox, so it never runs beside a corp that is not the sandbox's. */
async function refuseForeignCorps(databaseUrl: string, sandbox: Sandbox): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ wecom_corp_id: string }>(
      'SELECT wecom_corp_id FROM platform.corps WHERE wecom_corp_id <> $1',
      [sandbox.control.corp().corpId],
    );
    if (rows.length === 0) return;
    throw new Error(
      'This database holds a corp that is not the demo’s; the demo does not run beside it. ' +
        '数据库中存在不属于演示的企业，演示不会与其一起运行。 npm run db:reset',
    );
  } finally {
    await client.end();
  }
}
