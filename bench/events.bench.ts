/**
 * `events`: from the first append until the last of three consumers has had the last event, in one process that appends
 * and works, against storing the same event rows only. Units of work of 100 events are judged: an import, a tag that is
 * removed from many, a page of a sync. Units of a single event are printed, too: there each event costs a transaction on
 * both sides, and three jobs on ours.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CorpId } from '../src/platform/context/typed-id.js';
import { Database } from '../src/platform/database/database.js';
import { UnitOfWork } from '../src/platform/database/unit-of-work.js';
import { defineEvent } from '../src/platform/events/event.js';
import { EventConsumers } from '../src/platform/events/event-consumers.js';
import { Events } from '../src/platform/events/events.js';
import { EventsModule } from '../src/platform/events/events.module.js';
import { JobsModule } from '../src/platform/jobs/jobs.module.js';
import { startTestPlatform } from '../test/support/platform.js';
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { EventRows } from './reference/events.js';

const TARGET = 0.2;
const CORP = '00000000-0000-7000-8000-00000000000a' as CorpId;
const CONSUMERS = ['bench.first', 'bench.second', 'bench.third'];
const JOBS_AT_ONCE = 8;

const happened = defineEvent<{ n: number }>('bench.happened', 1);
const counts = { applied: 0 };

const platform = await startTestPlatform(({ appUrl }) => ({
  imports: [
    JobsModule.register({ databaseUrl: appUrl, runWorker: true, concurrency: JOBS_AT_ONCE }),
    EventsModule,
  ],
  providers: [
    {
      provide: 'consumers',
      inject: [EventConsumers, UnitOfWork],
      useFactory: (consumers: EventConsumers, unit: UnitOfWork) => {
        for (const name of CONSUMERS) {
          const apply = async () => unit.afterCommit(() => (counts.applied += 1));
          consumers.register({ name, events: [happened], apply });
        }
        return true;
      },
    },
  ],
}));
const [unit, events] = [platform.get(UnitOfWork), platform.get(Events)];
await unit.run(undefined, () =>
  platform.get(Database).execute(
    `INSERT INTO platform.corps
     VALUES ($1::uuid, $1::text, '', 'Asia/Shanghai', '{zh}', 'per_day_1', 'active', now(), now())`,
    [CORP],
  ),
);
const rows = new EventRows(platform.database.appUrl, CORP);
await rows.open();
try {
  const many = await compare({ units: 50, eventsInUnit: 100 });
  printRates('events in units of 100', 50 * 100, many);
  const single = await compare({ units: 100, eventsInUnit: 1 });
  printRates('events in units of 1', 100, single);
  const ratio = quantile(single.reference, 0.5) / quantile(single.own, 0.5);
  printFigure('events in units of 1, share of the reference', ratio, '');
  printComparison('events', many, TARGET);
} finally {
  await rows.close();
  await platform.close();
}

function compare(size: { units: number; eventsInUnit: number }) {
  return alternate({
    own: () => timeOf(() => appendAndApply(size)),
    reference: () => timeOf(() => storeRows(size)),
  });
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function appendAndApply({
  units,
  eventsInUnit,
}: {
  units: number;
  eventsInUnit: number;
}): Promise<void> {
  const awaited = counts.applied + units * eventsInUnit * CONSUMERS.length;
  for (let n = 0; n < units; n++) {
    await unit.run(CORP, async () => {
      for (let i = 0; i < eventsInUnit; i++) await events.append(happened, { n: i });
    });
  }
  while (counts.applied < awaited) await sleep(1);
}

async function storeRows({ units, eventsInUnit }: { units: number; eventsInUnit: number }): Promise<void> {
  for (let n = 0; n < units; n++) {
    const list = Array.from({ length: eventsInUnit }, (_, i) => {
      return { id: randomUUID(), at: new Date(), payload: { n: i }, consumers: CONSUMERS };
    });
    await rows.store(list);
  }
}

function printRates(
  name: string,
  count: number,
  sides: { own: readonly number[]; reference: readonly number[] },
) {
  printFigure(`${name}, stored only`, (count / quantile(sides.reference, 0.5)) * 1000, '/s');
  printFigure(
    `${name}, appended and had by three consumers`,
    (count / quantile(sides.own, 0.5)) * 1000,
    '/s',
  );
}
