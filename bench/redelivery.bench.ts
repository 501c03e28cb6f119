/** `redelivery`: 20 times a worker is killed in the middle of a job; how long until another one has done it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createChaosTable } from '../test/support/chaos-consumers.js';
import { chaosEvents } from '../test/support/chaos-events.js';
import { startTestProcess, type TestProcess } from '../test/support/child-process.js';
import { printFigure, printRatio, quantile } from './compare.js';

const KILLS = 20;
const ALLOWED_MS = 5_000;
const SURVIVORS = 2;
const WORKER = 'test/support/processes/mortal-worker.ts';

const chaos = await chaosEvents();
const owner = new Client({ connectionString: chaos.database.ownerUrl });
await owner.connect();
await createChaosTable(chaos.database.ownerUrl);
const workers: TestProcess[] = [];
try {
  for (let n = 0; n < SURVIVORS; n++) workers.push(await startWorker());
  const waitsMs: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) waitsMs.push(await killOne());
  printFigure('redelivery median', quantile(waitsMs, 0.5), 'ms');
  printFigure('redelivery slowest', Math.max(...waitsMs), 'ms');
  printRatio('redelivery', ALLOWED_MS / Math.max(...waitsMs), 1);
} finally {
  await Promise.all(workers.map((worker) => worker.kill()));
  await owner.end();
  await chaos.close();
}

async function startWorker(env: Record<string, string> = {}): Promise<TestProcess> {
  const worker = startTestProcess(WORKER, { DATABASE_URL: chaos.database.appUrl, ...env });
  await worker.message('ready');
  return worker;
}

/** @returns the time from the kill to the effect of the job that the killed worker was in. */
async function killOne(): Promise<number> {
  const victim = await startWorker({ HOLD: 'yes' });
  const eventId = await offerJobs(victim);
  const killedAt = performance.now();
  await victim.kill();
  while (!(await isDone(eventId))) await sleep(10);
  return performance.now() - killedAt;
}

/** Until the worker has one that it never ends: whoever is free takes them. @returns the id of its event. */
async function offerJobs(worker: TestProcess): Promise<unknown> {
  const holding = worker.message('holds');
  for (;;) {
    await chaos.append(1);
    const message = await Promise.race([holding, sleep(20)]);
    if (message) return message['eventId'];
  }
}

async function isDone(eventId: unknown): Promise<boolean> {
  const { rowCount } = await owner.query(
    `SELECT FROM chaos.effects WHERE event_id = $1 AND consumer = 'chaos.loading'`,
    [eventId],
  );
  return rowCount === 1;
}
