/**
 * The worker alone, to be killed by the dozen: real pool, heartbeat, events and units of work, without Nest and TypeORM,
 * which take two thirds of a start. Its consumers write down what they do in `chaos.effects`. With HOLD it never comes to
 * the end of a load, and tells whose.
 */
import { register } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { dieOnOrder } from './death.js';

const STAND_INS = `
  const none = () => () => undefined;
  export { none as Inject, none as Injectable };
  export class Logger { debug() {} warn(text) { console.error(text); } error(text) { console.error(text); } }
  export class DataSource {}`;
const RESOLVE = `
  export const resolve = (specifier, context, next) =>
    ['@nestjs/common', 'typeorm'].includes(specifier)
      ? { url: ${JSON.stringify(dataUrl(STAND_INS))}, shortCircuit: true }
      : next(specifier, context);`;

function dataUrl(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
register(dataUrl(RESOLVE));

const { SystemClock } = await import('../../../src/platform/clock/clock.js');
const { UuidV7Ids } = await import('../../../src/platform/clock/ids.js');
const { Database } = await import('../../../src/platform/database/database.js');
const { UnitOfWork } = await import('../../../src/platform/database/unit-of-work.js');
const { EventConsumers } = await import('../../../src/platform/events/event-consumers.js');
const { EventConsumption } = await import('../../../src/platform/events/event-consumption.js');
const { Events } = await import('../../../src/platform/events/events.js');
const { JobHandlers } = await import('../../../src/platform/jobs/job-handlers.js');
const { Worker } = await import('../../../src/platform/jobs/worker.js');
const { registerChaosConsumers } = await import('../chaos-consumers.js');

const databaseUrl = process.env['DATABASE_URL'] ?? '';
const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
pool.on('error', () => undefined);
pool.on('connect', (client) => client.on('error', () => undefined)); // as TypeORM does: the statement fails with it
const dataSource = {
  driver: { master: pool },
  createQueryRunner: () => {
    let client: pg.PoolClient | undefined;
    return {
      manager: {},
      connect: async () => (client = await pool.connect()),
      release: async () => client?.release(),
    };
  },
};

const database = new Database();
const unitOfWork = new UnitOfWork(dataSource as unknown as DataSource);
const handlers = new JobHandlers();
const consumers = new EventConsumers(handlers, new EventConsumption(unitOfWork, database));
const events = new Events(unitOfWork, database, consumers, new SystemClock(), new UuidV7Ids());
registerChaosConsumers(consumers, database, events, async ({ id }) => {
  if (process.env['HOLD']) process.send?.({ type: 'holds', eventId: id });
  await sleep(process.env['HOLD'] ? 600_000 : 5);
});
dieOnOrder();
await new Worker({ databaseUrl, runWorker: true, concurrency: 2 }, handlers).onApplicationBootstrap();
process.send?.({ type: 'ready' });
