import type { EventDefinition, StoredEvent } from '../../../src/platform/events/event.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';
import { TakenEvents } from './taken-events.js';

export interface LevelsWorld extends LedgerWorld {
  /** `/v1/loyalty/programs/{prg}` */
  programPath: string;
  memberOf(customerId: string): Promise<{ id: string; path: string }>;
  /** Drafts and activates, and works the operation off. */
  activate(table: object, activation?: object): Promise<{ table: any; operation: any }>;
  /** Works waiting runs off. */
  work(signal?: AbortSignal): Promise<void>;
  job(name: string, payload?: object, signal?: AbortSignal): Promise<void>;
  /** What consumers of this name have not had yet, each in a transaction of its own. */
  consume(consumer: string, definition: EventDefinition<unknown>): Promise<number>;
  events<P>(definition: EventDefinition<P>): Promise<StoredEvent<P>[]>;
  score(customerId: string, amount: number, key?: string): Promise<void>;
}

export async function startLevelsWorld(): Promise<LevelsWorld> {
  const world = await startLedgerWorld();
  const programPath = `/v1/loyalty/programs/${toPublicId('prg', world.program.id)}`;
  const events = new TakenEvents(world.http, world.corpId);
  const levels: LevelsWorld = {
    ...world,
    programPath,
    memberOf: async (customerId) => {
      const [member] = await world.sql<{ id: string }>(
        'SELECT id FROM loyalty.members WHERE corp_id = $1 AND customer_id = $2 AND program_id = $3',
        [world.corpId, customerId, world.program.id],
      );
      const id = member?.id ?? '';
      return { id, path: `/v1/loyalty/members/${toPublicId('mem', id)}/level` };
    },
    activate: async (content, activation = {}) => {
      const { body: table } = await world.call('POST', `${programPath}/level-tables`, content);
      const answer = await world.call('POST', `/v1/loyalty/level-tables/${table.id}/activate`, activation);
      if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
      await levels.work();
      const [operation] = await world.sql(
        `SELECT state, done::int, result FROM platform.operations WHERE corp_id = $1 ORDER BY id DESC LIMIT 1`,
        [world.corpId],
      );
      return { table, operation };
    },
    job: async (name, payload = {}, signal = new AbortController().signal) => {
      const job = world.http
        .get(JobHandlers)
        .all()
        .find((one) => one.name === name);
      await job?.handle({ corpId: world.corpId, ...payload }, { attempt: 1, attemptsMax: 9, signal });
    },
    events: (definition) => events.list(definition),
    consume: (name, definition) => events.take(name, definition),
    score: async (customerId, amount, key) => {
      const [result] = await world.post({
        customerId,
        wallet: 'growth',
        amount,
        ...(amount < 0 && { kind: 'adjust' }),
        ...(key && { key }),
      });
      if (result?.outcome !== 'posted') throw new Error(JSON.stringify(result));
    },
    work: async (signal) => {
      const jobs = await world.http.sql<{ payload: object }>(
        `DELETE FROM graphile_worker._private_jobs j USING graphile_worker._private_tasks t
          WHERE t.id = j.task_id AND t.identifier = 'loyalty.relevel' RETURNING j.payload`,
      );
      for (const { payload } of jobs) await levels.job('loyalty.relevel', payload, signal);
    },
  };
  return levels;
}
