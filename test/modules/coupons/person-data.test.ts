import { randomUUID } from 'node:crypto';
import { ErasureModule } from '../../../src/modules/coupons/erasure/erasure.module.js';
import { RedemptionModule } from '../../../src/modules/coupons/redemption/redemption.module.js';
import { Redemption } from '../../../src/modules/coupons/redemption/use-cases/redemption.js';
import { customersErased } from '../../../src/modules/customers/customers.events.js';
import { PersonTablesOfOthers } from '../../../src/modules/customers/index.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { type ClaimsWorld, startClaimsWorld } from './claims-world.js';
import { use } from './figures-model.js';

const CANARY = 'canary: he shouted';

let world: ClaimsWorld;

beforeAll(async () => {
  world = await startClaimsWorld([{ module: RedemptionModule }, { module: ErasureModule }]);
});
afterAll(() => world.close());

/** A coupon that was redeemed and given back. */
async function used(customerId: string): Promise<string> {
  const batchId = await world.batch({ stock: 5, perPerson: 5 });
  const [result] = await world.issue({ batchId, customerId });
  if (result?.outcome !== 'issued') throw new Error('not issued');
  const redemption = world.http.get(Redemption);
  const { id } = await world.run(() => redemption.redeem(use(result.couponId, randomUUID(), 9_000)));
  await world.run(() =>
    redemption.reverse({ redemptionId: id, requestNo: randomUUID(), amount: 500, reason: CANARY }),
  );
  await world.post({ customerId, amount: 77, expiresAt: null, reason: 'welcome' });
  return result.couponId;
}

const reasons = (couponId: string) =>
  world.sql<{ reason: string | null }>(
    `SELECT e.reason FROM coupons.coupon_events e WHERE e.corp_id = $1 AND e.coupon_id = $2 AND e.to_state = 'claimed'
      UNION ALL SELECT v.reason FROM coupons.reversals v JOIN coupons.redemptions r ON r.corp_id = $1 AND r.id = v.redemption_id
      WHERE v.corp_id = $1 AND r.coupon_id = $2`,
    [world.corpId, couponId],
  );

describe('what a person is handed out, and what is forgotten of him', () => {
  it('knows every table of loyalty and coupons that names a customer, a member, an account or a coupon', async () => {
    const tables = await world.sql<{ name: string }>(
      `SELECT DISTINCT format('%s.%s', n.nspname, c.relname) AS name FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE n.nspname IN ('loyalty', 'coupons') AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0
          AND a.attname ~ '^(customer|member|account|coupon|redemption)_id$' ORDER BY 1`,
    );
    const known = world.http
      .get(PersonTablesOfOthers)
      .all()
      .map(({ name }) => name);
    const byEntries = ['loyalty.transfers'];
    expect([...known].sort()).toEqual([...tables.map(({ name }) => name), ...byEntries].sort());
  });

  it('is his coupons, redemptions and points, of all his customers, and nobody else', async () => {
    const [a = '', b = '', other = ''] = await world.customers(3);
    await world.link(a, b);
    const [hisCoupon, othersCoupon] = [await used(a), await used(other)];
    await used(b);
    const key = await world.http.corpKey(world.corpId, ['customers:reveal']);
    const url = `/v1/persons/${toPublicId('per', [a, b].sort()[0] ?? '')}/export`;
    const { status, body } = await world.call('POST', url, {}, key);
    expect(status).toBe(200);
    const rowsOf = (name: string) =>
      body.tables.find((table: any) => table.name === name).rows.map(({ values }: any) => values);
    expect(rowsOf('coupons.coupons')).toHaveLength(2);
    expect(rowsOf('coupons.coupons').map(({ id }: any) => id)).toContain(hisCoupon);
    expect(rowsOf('coupons.redemptions').map(({ discount }: any) => discount)).toEqual([500, 500]);
    expect(rowsOf('coupons.reversals').map(({ reason }: any) => reason)).toEqual([CANARY, CANARY]);
    expect(rowsOf('loyalty.accounts').map(({ posted }: any) => posted)).toContain(77);
    expect(rowsOf('loyalty.entries').map(({ delta }: any) => delta)).toEqual([77, 77]);
    const text = JSON.stringify(body);
    for (const foreign of [other, othersCoupon, '"code_hash"', '"code_cipher"', '"body_hash"', '"hash"'])
      expect(text).not.toContain(foreign);
  });

  it('keeps what was booked of an erased person, and forgets what somebody wrote about him', async () => {
    const [his = '', other = ''] = await world.customers(2);
    const [coupon, kept] = [await used(his), await used(other)];
    const [{ consumer }] = world.http
      .get(EventConsumers)
      .of(customersErased)
      .filter((one) => one.consumer.name === 'coupons.forget_reasons') as [any];
    const payload = { customerIds: [his] };
    const event = { id: randomUUID(), corpId: world.corpId, name: '', version: 1, at: new Date(), payload };
    await world.run(() => consumer.apply(event, undefined));
    expect(await reasons(coupon)).toEqual([{ reason: null }, { reason: null }]);
    expect(await reasons(kept)).toEqual([{ reason: CANARY }, { reason: CANARY }]);
    for (const change of [`reason = 'nicer'`, 'reason = NULL, at = now()'])
      for (const table of ['coupon_events', 'reversals'])
        await expect(
          world.sql(`UPDATE coupons.${table} SET ${change} WHERE corp_id = $1`, [world.corpId]),
        ).rejects.toThrow('append-only');
  });
});
