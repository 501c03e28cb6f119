import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isUnavailable } from '../database/unavailable.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** graphile-worker repeats after at most 5 s on the first of these codes, after 3 s to 2 min on the second; 100 times in all. */
const [SOON, LATER] = ['40001', '57P03'];
const SOON_FOR_MS = 60_000;
const LAST_STATEMENTS_MS = 100;

/**
 * The connections by which jobs are fetched and ended. graphile-worker 0.17.3 awaits nobody's completion or failure: when
 * the database is gone at that moment, the rejection is unhandled and the process dies of it. It repeats the statement on a
 * few codes only, so whatever a database that is gone answers is given one of them.
 */
export function jobConnections(connectionString: string, max: number): pg.Pool {
  const pool = new JobConnections({
    connectionString,
    max,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // reason for the cast: the type asks for a class without parameters, and the pool hands its configuration over
    Client: JobClient as unknown as new () => pg.ClientBase,
  });
  pool.on('error', () => undefined); // an idle connection is replaced
  pool.on('connect', (client) => client.on('error', () => undefined)); // the statement fails with it, or the next one
  return pool;
}

/** graphile-worker calls itself stopped before the statements have gone that end its last jobs. */
export async function endConnections(pool: pg.Pool): Promise<void> {
  await sleep(LAST_STATEMENTS_MS);
  if (!pool.ending) await pool.end();
}

class JobConnections extends pg.Pool {
  private goneSinceMs: number | undefined;

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Parameters<pg.Pool['connect']>[0]): void;
  override connect(callback?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | void {
    if (callback) return super.connect(callback);
    if (this.ending) return new Promise(() => undefined); // a repetition that nobody awaits: its pool is gone
    return super.connect().then(
      (client) => {
        this.goneSinceMs = undefined;
        return client;
      },
      (error: unknown) => {
        this.goneSinceMs ??= performance.now();
        const isLong = performance.now() - this.goneSinceMs > SOON_FOR_MS;
        throw repeatable(error, isLong ? LATER : SOON);
      },
    );
  }
}

class JobClient extends pg.Client {
  constructor(config: pg.ClientConfig) {
    super(config);
    // reason for the casts: pg's overloads cannot be written again; what comes in is handed on
    const query = super.query.bind(this) as (...given: unknown[]) => unknown;
    const repeatably = (...given: unknown[]): unknown => {
      const answer = query(...given);
      if (!(answer instanceof Promise)) return answer;
      return answer.catch((error: unknown) => Promise.reject(repeatable(error, SOON)));
    };
    this.query = repeatably as typeof this.query; // reason: as above
  }
}

function repeatable(error: unknown, code: string): unknown {
  return isUnavailable(error) ? Object.assign(error as object, { code }) : error; // reason: only an object says so
}
