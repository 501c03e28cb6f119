import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from '@jest/globals';
import { assertNothingLostOrDoubled } from '../support/chaos-oracles.js';
import { type ChaosWorld, startChaosWorld, whenSettled } from '../support/chaos-world.js';
import { eventually } from '../support/eventually.js';
import { law } from '../support/law.js';
import { startStoppableDatabase, type StoppableDatabase } from '../support/stoppable-database.js';

/** 5 s for a connection and 10 s for what is sent first, plus a busy machine. */
const ANSWER_MAX_MS = 17_000;
const closers: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

law(
  'database-gone',
  {
    // the promise is 5 s; where the check runs, half of the processor may be somebody else's
    small: { goneMs: 2_000, hangsMs: 3_000, restarts: 1, readyMaxMs: 10_000 },
    full: { goneMs: 30_000, hangsMs: 30_000, restarts: 10, readyMaxMs: 5_000 },
  },
  async ({ figures, random, pick, note }) => {
    const database = await startStoppableDatabase();
    const world = await startChaosWorld({ customers: 20, workers: 2, random, closers, database });
    const readyMs: number[] = [];
    const comeBack = async (): Promise<void> => void readyMs.push(await timeUntilReady(world));
    await sleep(1_000);

    await database.end('stop');
    await stayAlive(world, figures.goneMs);
    await database.start();
    await comeBack();
    for (let restart = 0; restart < figures.restarts; restart++) {
      await sleep(pick(1_000));
      await database.end('crash');
      await database.start();
      await comeBack();
    }
    await hang(database, world, figures.hangsMs);
    await comeBack();

    await world.traffic.stop();
    await whenSettled(world);
    expect(world.mortals.crashes).toEqual([]);
    expect([...world.traffic.refusals].filter((refusal) => refusal !== '503 http.unavailable')).toEqual([]);
    await assertNothingLostOrDoubled(world);
    note('slowestReadyMs', Math.round(Math.max(...readyMs)));
    note('slowestAnswerMs', Math.round(world.traffic.slowestAnswerMs));
    note('callbacks', world.sandbox.control.deliveries().length);
    note('posts', world.traffic.keyNames.length + world.traffic.posts.length);
    note('events', world.traffic.eventIds.length);
    expect(Math.max(...readyMs)).toBeLessThan(figures.readyMaxMs);
    expect(world.traffic.slowestAnswerMs).toBeLessThan(ANSWER_MAX_MS);
  },
);

/** The processes live, say so, and say that they are not ready. */
async function stayAlive({ urls, mortals }: ChaosWorld, ms: number): Promise<void> {
  const until = performance.now() + ms;
  await sleep(500);
  while (performance.now() < until) {
    expect(mortals.crashes).toEqual([]);
    for (const url of urls) {
      expect(await statusOf(`${url}/healthz`)).toBe(200);
      expect(await statusOf(`${url}/readyz`)).toBe(503);
    }
    await sleep(200);
  }
}

async function hang(database: StoppableDatabase, world: ChaosWorld, ms: number): Promise<void> {
  database.halt();
  try {
    await sleep(2_000); // a readiness check gives up after two seconds
    await stayAlive(world, ms - 2_000);
  } finally {
    database.resume();
  }
}

/** Since the server accepts connections: every process is ready, and an event that is appended now has had its effects. */
async function timeUntilReady({ urls, events, owner, corpId }: ChaosWorld): Promise<number> {
  const startedAt = performance.now();
  await eventually(async () => {
    for (const url of urls) expect(await statusOf(`${url}/readyz`)).toBe(200);
  }, 20_000);
  const [id] = await events.append(1, corpId);
  await eventually(async () => {
    const { rowCount } = await owner.query('SELECT FROM chaos.effects WHERE event_id = $1', [id]);
    expect(rowCount).toBe(events.consumers);
  }, 20_000);
  return performance.now() - startedAt;
}

async function statusOf(url: string): Promise<number> {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  return status;
}
