import type { CorpId } from '../../src/platform/context/typed-id.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { EventConsumers } from '../../src/platform/events/event-consumers.js';
import { Events } from '../../src/platform/events/events.js';
import { EventsModule } from '../../src/platform/events/events.module.js';
import { JobsModule } from '../../src/platform/jobs/jobs.module.js';
import { chaosHappened, registerChaosConsumers } from './chaos-consumers.js';
import type { TestDatabase } from './database.js';
import { startTestPlatform } from './platform.js';

const CORP = '00000000-0000-7000-8000-00000000000a' as CorpId;

/** A process that appends events for the worker processes and takes no jobs. */
export interface ChaosEvents {
  readonly database: TestDatabase;
  /** How many consumers get each event that is appended. */
  readonly consumers: number;
  /** So many in one unit of work, of a corp of its own unless told. @returns their ids once they are stored. */
  append(count: number, corpId?: CorpId): Promise<string[]>;
  close(): Promise<void>;
}

export async function chaosEvents(given?: TestDatabase): Promise<ChaosEvents> {
  const platform = await startTestPlatform(
    ({ appUrl }) => ({
      imports: [JobsModule.register({ databaseUrl: appUrl, runWorker: false, concurrency: 1 }), EventsModule],
      providers: [
        {
          provide: 'consumers',
          inject: [EventConsumers, Database, Events],
          useFactory: (consumers: EventConsumers, database: Database, events: Events) => {
            registerChaosConsumers(consumers, database, events, async () => undefined);
            return true;
          },
        },
      ],
    }),
    { database: given },
  );
  const [unit, events] = [platform.get(UnitOfWork), platform.get(Events)];
  await unit.run(undefined, () =>
    platform.get(Database).execute(
      `INSERT INTO platform.corps
       VALUES ($1::uuid, $1::text, '', 'Asia/Shanghai', '{zh}', 'per_day_1', 'active', now(), now())`,
      [CORP],
    ),
  );
  return {
    database: platform.database,
    consumers: platform.get(EventConsumers).of(chaosHappened).length,
    append: (count, corpId = CORP) =>
      unit.run(corpId, async () => {
        const ids: string[] = [];
        for (let n = 0; n < count; n++) ids.push(await events.append(chaosHappened, { n }));
        return ids;
      }),
    close: () => platform.close(),
  };
}
