import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from '@jest/globals';
import { type DeliveryWorld, startDeliveryWorld } from '../modules/coupons/delivery-world.js';
import { parsePublicId } from '../../src/platform/context/typed-id.js';
import type { OperationId } from '../../src/platform/operations/operation.js';
import { startTestProcess, type TestProcess } from '../support/child-process.js';
import { law } from '../support/law.js';

const DAY_S = 86_400;
/** By then a call that nobody answered is looked up, and by then it counts as never taken. */
const WAITS_S = [3 * 60, 12 * 60];
/** Where it dies: a job would be completed by the worker. */
const PLACES = ['before-commit', 'after-commit', 'after-wecom'];
/** How often an announcement to all members passes one of the places. */
const PASSINGS_MAX = 14;
/** Longer than an announcement takes; whoever has not died by then is killed where he is. */
const LIFE_MS = 2_000;
const closers: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

law(
  'coupon-announcement',
  { small: { deaths: 2, friends: 2 }, full: { deaths: 50, friends: 20 } },
  async ({ figures, pick, note }) => {
    const { deaths, friends } = figures;
    const world = await startDeliveryWorld();
    closers.push(() => world.close());
    const lives = [born(world), born(world)]; // the next one stands by
    const holders = [];
    for (const userId of world.staff) holders.push(...(await world.befriend(friends, userId)));
    let announcements = 0;
    let killedAtWork = 0;
    for (let died = 0; died < deaths;) {
      const batchId = await world.batchFor(holders.map(({ id }) => id));
      const id = await world.announce(batchId, { text: `第${++announcements}次` });
      const operationId = parsePublicId('op', id) as OperationId; // reason for the cast: it is the operation's
      const isOver = async () => (await world.operation(operationId)).finishedAt !== undefined;
      for (let lived = 0; died < deaths && !(await isOver()); lived++) {
        const life = lives.shift() ?? born(world);
        await life.message('ready');
        life.send({ type: 'die', place: PLACES[pick(PLACES.length)], passing: 1 + pick(PASSINGS_MAX) });
        life.send({ type: 'announce', id: operationId, nowMs: world.clock.seconds * 1000 });
        const announced = life.message('announced').then(() => 'alive');
        announced.catch(() => undefined); // it died
        if ((await Promise.race([life.gone, announced, sleep(LIFE_MS)])) === 'SIGKILL') killedAtWork++;
        await life.kill();
        died++;
        if (died + lives.length < deaths) lives.push(born(world));
        world.pass(WAITS_S[pick(WAITS_S.length)] ?? 0);
      }
      while (!(await isOver())) {
        await world.work();
        world.pass(WAITS_S[1] ?? 0);
      }
      expect(await world.operation(operationId)).toMatchObject({ state: 'succeeded' });
      expect(Object.values(await world.outcomes(id))).toEqual(holders.map(() => 'handed'));
      const got = (externalUserId: string) =>
        world.tasks().filter(({ to }) => to.includes(externalUserId)).length;
      expect(holders.map(({ externalUserId }) => got(externalUserId))).toEqual(
        holders.map(() => announcements), // one of each, and never two
      );
      world.confirmAll();
      world.pass(DAY_S);
    }
    note('announcements', announcements);
    note('killedAtWork', killedAtWork);
  },
);

function born(world: DeliveryWorld): TestProcess {
  const { http, corpId, sandbox } = world;
  const life = startTestProcess('test/support/processes/coupon-announcer.ts', {
    DATABASE_URL: http.database.appUrl,
    WECOM_API_BASE_URL: sandbox.url,
    MASTER_KEYS: http.masterKeys,
    CORP_ID: corpId,
  });
  closers.push(() => life.kill());
  return life;
}
