import { afterAll, expect } from '@jest/globals';
import { assertNothingLostOrDoubled } from '../support/chaos-oracles.js';
import { killMany, startChaosWorld, whenSettled } from '../support/chaos-world.js';
import { law } from '../support/law.js';
import { RedeliveryWatch } from '../support/redelivery.js';

const closers: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

law(
  'kill-9',
  {
    // the promise is 5 s; where the check runs, half of the processor may be somebody else's
    small: {
      apiKills: 1,
      apiPauseMs: 3_000,
      applicationKills: 2,
      workerKills: 47,
      customers: 20,
      redeliveryMaxMs: 10_000,
    },
    // WeCom knows one address: the process behind it must live for longer than it takes to start
    full: {
      apiKills: 20,
      apiPauseMs: 30_000,
      applicationKills: 70,
      workerKills: 400,
      customers: 2_000,
      redeliveryMaxMs: 5_000,
    },
  },
  async ({ figures, random, note }) => {
    const world = await startChaosWorld({ customers: figures.customers, workers: 4, random, closers });
    const redelivery = new RedeliveryWatch(world.events.database.ownerUrl);
    await redelivery.start();
    closers.push(() => redelivery.stop());
    await Promise.all([
      killMany(world, 'api', { kills: figures.apiKills, pauseMs: figures.apiPauseMs, random }),
      killMany(world, 'application', { kills: figures.applicationKills, pauseMs: 1_500, random }),
      killMany(world, 'worker', { kills: figures.workerKills, pauseMs: 300, random }),
    ]);
    await world.traffic.stop();
    await whenSettled(world);

    expect(world.mortals.crashes).toEqual([]);
    expect(world.mortals.kills).toBe(figures.apiKills + figures.applicationKills + figures.workerKills);
    await assertNothingLostOrDoubled(world);
    const slowest = redelivery.slowest();
    note('callbacks', world.sandbox.control.deliveries().length);
    note('posts', world.traffic.keyNames.length + world.traffic.posts.length);
    note('events', world.traffic.eventIds.length);
    note('redeliveries', redelivery.waits.length);
    note('slowestRedeliveryMs', Math.round(slowest.ms));
    note('slowestJob', slowest.job);
    expect(slowest.ms).toBeLessThan(figures.redeliveryMaxMs);
  },
);
