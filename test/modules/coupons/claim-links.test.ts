import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { type ClaimsWorld, startClaimsWorld } from './claims-world.js';

let world: ClaimsWorld;

beforeAll(async () => {
  world = await startClaimsWorld();
});
afterAll(() => world.close());

const cpb = (id: string) => toPublicId('cpb', id);
const cus = (id: string) => toPublicId('cus', id);

describe('claim links', () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const named = (value: string) => ({ kind: 'external_id', namespace: 'shop', value });
  const open = (code: string, headers: Record<string, string> = {}) =>
    world.http.app.inject({ method: 'GET', url: `/c/${code}`, headers });

  async function withIds(count: number): Promise<{ id: string; value: string }[]> {
    const customers = (await world.customers(count)).map((id) => ({ id, value: `shop-${id}` }));
    for (const { id, value } of customers) {
      const url = `/v1/customers/${cus(id)}/identifiers`;
      const { status } = await world.call('POST', url, { identifiers: [named(value)] });
      expect(status).toBeLessThan(300);
    }
    return customers;
  }

  it('give the one to whom they were sent one coupon, and nobody else', async () => {
    const [his, others] = await withIds(2);
    const batchId = await world.batch({ stock: 5, perPerson: 5 });
    const { status, body: link } = await world.ask('claim-links', {
      batchId: cpb(batchId),
      customerId: cus(his?.id ?? ''),
      channel: 'letter',
      expiresAt: inDays(3),
    });
    expect([status, link.path]).toEqual([201, `/c/${link.code}`]);
    const claim = (value: string) =>
      world.ask('claim-links/claim', { code: link.code, identifier: named(value) });
    expect((await claim(others?.value ?? '')).body.code).toBe('coupons.claim_link_of_other');
    expect((await claim('nobody')).body.code).toBe('coupons.customer_not_found');
    const first = await claim(his?.value ?? '');
    expect(first).toMatchObject({
      status: 201,
      body: {
        replayed: false,
        coupon: { source: 'link', channel: 'letter', customerId: cus(his?.id ?? '') },
      },
    });
    expect(await claim(his?.value ?? '')).toEqual({ status: 201, body: { ...first.body, replayed: true } });
    expect(await world.units(batchId)).toEqual({ left: 4, coupons: 1 });
    expect((await world.ask(`claim-links/${link.id}/switch-off`, {})).body.switchedOffAt).not.toBeNull();
    expect((await claim(his?.value ?? '')).body.code).toBe('coupons.claim_link_not_found');
  }, 30_000);

  it('show everybody what there is to claim, and nothing of the one to whom they were sent', async () => {
    const [his] = await withIds(1);
    const batchId = await world.batch({ stock: 1 });
    const sent = { batchId: cpb(batchId), customerId: cus(his?.id ?? ''), expiresAt: inDays(1) };
    const { code, id } = (await world.ask('claim-links', sent)).body;
    const json = (await open(code)).json();
    expect(json).toEqual({ nameZh: '满减券', nameEn: 'Coupon', state: 'open', expiresAt: sent.expiresAt });
    const page = await open(code, { accept: 'text/html', 'accept-language': 'zh-CN' });
    expect([page.statusCode, page.headers['content-language']]).toEqual([200, 'zh-CN']);
    expect(page.body).toContain('<h1>满减券</h1>');
    for (const personal of [his?.id ?? '', cus(his?.id ?? ''), id]) expect(page.body).not.toContain(personal);
    await world.issue({ batchId, customerId: his?.id ?? '' });
    expect((await open(code)).json().state).toBe('sold_out');
    await world.sql('UPDATE coupons.claim_links SET expires_at = now() WHERE corp_id = $1 AND code = $2', [
      world.corpId,
      code,
    ]);
    expect((await open(code)).json().code).toBe('coupons.claim_link_not_found');
    expect((await open(code, { accept: 'text/html' })).statusCode).toBe(404);
    expect((await open('no-code')).statusCode).toBe(404);
    const claimed = await world.ask('claim-links/claim', { code, identifier: named(his?.value ?? '') });
    expect(claimed.body.code).toBe('coupons.claim_link_expired');
    for (const expiresAt of [inDays(-1), inDays(400)])
      expect((await world.ask('claim-links', { ...sent, expiresAt })).body.code).toBe(
        'coupons.claim_link_time',
      );
  }, 30_000);
});
