/**
 * A worker process for the chaos tests. It applies `chaos.happened` by adding one to `platform.corps.name` and stops in
 * between, where MODE says, so that the test can kill it there. With STANDBY it starts when it gets a message.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { ClockModule } from '../../../src/platform/clock/clock.module.js';
import { Database } from '../../../src/platform/database/database.js';
import { DatabaseModule } from '../../../src/platform/database/database.module.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { defineEvent } from '../../../src/platform/events/event.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { JobsModule } from '../../../src/platform/jobs/jobs.module.js';

const url = process.env.DATABASE_URL ?? '';
/** in-transaction | after-commit | blocked | work */
const mode = process.env.MODE ?? 'work';

async function stopHere(): Promise<void> {
  process.send?.({ type: 'stopped' });
  await sleep(600_000);
}

@Module({
  imports: [
    ClockModule,
    DatabaseModule.connect({ url, poolMax: 5 }),
    JobsModule.register({ databaseUrl: url, runWorker: true, concurrency: 2 }),
    EventsModule,
  ],
  providers: [
    {
      provide: 'consumer',
      inject: [EventConsumers, Database, UnitOfWork],
      useFactory: (consumers: EventConsumers, database: Database, unit: UnitOfWork) => {
        consumers.register<{ n: number }>({
          name: 'chaos.count',
          events: [defineEvent<{ n: number }>('chaos.happened', 1)],
          apply: async (event) => {
            await database.execute(`UPDATE platform.corps SET name = name || '+' WHERE id = $1`, [
              event.corpId,
            ]);
            if (mode === 'in-transaction') await stopHere();
            process.send?.({ type: 'applied' });
            if (mode === 'blocked') blockEventLoop(8_000);
            // a blocked process cannot report the job as done: this is after the commit and before the completion
            if (mode === 'after-commit') unit.afterCommit(blockForGood);
          },
        });
        return true;
      },
    },
  ],
})
class CrashingWorkerModule {}

function blockForGood(): void {
  process.send?.({ type: 'stopped' });
  blockEventLoop(600_000);
}

function blockEventLoop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

if (process.env.STANDBY) {
  process.send?.({ type: 'loaded' });
  await once(process, 'message');
}
const app = await NestFactory.createApplicationContext(CrashingWorkerModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
process.send?.({ type: 'ready' });
