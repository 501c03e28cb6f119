import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { wecomApi, type WecomEndpoint } from '../../../src/wecom/client/api.js';
import { BASE_LIMITS, CallQuota } from '../../../src/wecom/client/call-quota.js';
import { CallQuotaStore } from '../../../src/wecom/client/call-quota.store.js';
import { startTestPlatform, type TestPlatform } from '../../support/platform.js';

let platform: TestPlatform;
const corpId = '00000000-0000-7000-8000-00000000000a' as CorpId;
beforeAll(async () => {
  platform = await startTestPlatform({}, { poolMax: 10 });
});
afterAll(async () => platform.close());

const limited = (name: string, perMinute: number, perHour = 10_000): WecomEndpoint => ({
  ...wecomApi.listFollowUsers,
  name,
  path: `/${name}`,
  limits: { perMinute, perHour },
});
const quota = () =>
  new CallQuota(new CallQuotaStore(platform.get(UnitOfWork), platform.get(Database)), platform.clock);
const usedOf = async (api: string) => {
  const sql = 'SELECT minute_used AS used FROM wecom.quota_windows WHERE corp_id = $1 AND api = $2';
  const read = () => platform.get(Database).one<{ used: number }>(sql, [corpId, api]);
  return (await platform.get(UnitOfWork).read(corpId, read)).used;
};
/** Tests count within one minute of the database's clock. */
const awayFromTheTurn = async () => {
  const seconds = () =>
    platform.get(UnitOfWork).read(corpId, async () => (await platform.get(Database).now()).getUTCSeconds());
  while ((await seconds()) > 45) await new Promise((resolve) => setTimeout(resolve, 500));
};
const granted = async (endpoint: WecomEndpoint, takers: CallQuota[], wanted: number) => {
  const takes = await Promise.allSettled(
    Array.from({ length: wanted }, (_, index) => takers[index % takers.length]!.take(corpId, endpoint)),
  );
  for (const take of takes) {
    if (take.status === 'rejected')
      expect(take.reason).toMatchObject({ code: 'wecom.call_postponed', errcode: 45009 });
  }
  return takes.filter((take) => take.status === 'fulfilled').length;
};

describe('limits of calls', () => {
  it('lets two processes together make exactly as many calls as a minute allows', async () => {
    await awayFromTheTurn();
    expect(await granted(limited('minute', 50), [quota(), quota()], 120)).toBe(50);
    expect(await granted(limited('odd', 47), [quota(), quota(), quota()], 120)).toBeLessThanOrEqual(47);
  });

  it('and as many as an hour allows', async () => {
    await awayFromTheTurn();
    expect(await granted(limited('hour', 1000, 30), [quota(), quota()], 60)).toBe(30);
  });

  it('leaves room below what WeCom allows one corp and API (page 90454)', () => {
    expect(BASE_LIMITS.perMinute).toBeLessThanOrEqual(9_000); // 90 % of 10,000
    expect(BASE_LIMITS.perHour).toBeLessThanOrEqual(135_000); // and of 150,000
  });

  it('takes leave in chunks, far from the limit, so that few calls ask the database', async () => {
    await awayFromTheTurn();
    const taker = quota();
    await granted(limited('chunks', 9000), [taker], 40);
    expect(await usedOf('/chunks')).toBe(40);
  });

  it('learns within a second that another process met 45009, and uses up no leave for it', async () => {
    await awayFromTheTurn();
    const [one, another] = [quota(), quota()];
    const endpoint = limited('news', 9000);
    await another.take(corpId, endpoint);
    platform.clock.advance(1000);
    await another.take(corpId, endpoint);
    await one.block(corpId, endpoint);
    platform.clock.advance(1000);
    await expect(another.take(corpId, endpoint)).rejects.toMatchObject({
      code: 'wecom.call_postponed',
      errcode: 45009,
      retryAfterMs: expect.any(Number),
    });
    expect(await usedOf('/news')).toBe(20);
  });

  it('lets go of a chunk when its minute is over', async () => {
    await awayFromTheTurn();
    const taker = quota();
    await taker.take(corpId, limited('lapse', 9000));
    platform.clock.advance(60_000);
    await taker.take(corpId, limited('lapse', 9000));
    expect(await usedOf('/lapse')).toBe(40);
  });
});
