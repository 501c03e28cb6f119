import { randomUUID } from 'node:crypto';
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

  it('give one coupon to one person, also when he was several before, whoever of them comes', async () => {
    const batchId = await world.batch({ stock: 9, perPerson: 9 });
    const { code } = (await world.ask('claim-links', { batchId: cpb(batchId), expiresAt: inDays(3) })).body;
    const claim = async (value = '') =>
      (await world.ask('claim-links/claim', { code, identifier: named(value) })).body;
    const pair = async () => (await withIds(2)).sort((a, b) => (a.id < b.id ? -1 : 1));
    const [first, second] = await pair();
    const had = await claim(second?.value); // whose id is not the person's afterwards
    await world.link(first?.id ?? '', second?.id ?? '');
    for (const one of [first, second]) expect(await claim(one?.value)).toEqual({ ...had, replayed: true });
    const merged = await pair();
    await world.link(...merged.map(({ id }) => id));
    const [hisFirst, again] = [await claim(merged[1]?.value), await claim(merged[0]?.value)];
    expect(again).toEqual({ ...hisFirst, replayed: true });
    expect((await world.units(batchId)).coupons).toBe(2);
  });

  it('have its limit counted over all customers that a person is', async () => {
    const batchId = await world.batch({ stock: 9 });
    const [first, second] = await withIds(2);
    const link = async () =>
      (await world.ask('claim-links', { batchId: cpb(batchId), expiresAt: inDays(3) })).body.code;
    const claim = async (code: string, value = '') =>
      (await world.ask('claim-links/claim', { code, identifier: named(value) })).body;
    const [one, other] = [await link(), await link()];
    expect((await claim(one, first?.value)).replayed).toBe(false);
    await world.link(first?.id ?? '', second?.id ?? '');
    expect((await claim(other, second?.value)).code).toBe('coupons.limit_reached');
  });

  it('are made a thousand at once, each once for its key, and listed', async () => {
    const customers = await world.customers(1_000);
    const batchId = await world.batch({ stock: 9 });
    const of = (id: string, key: string) => ({
      key,
      batchId: cpb(batchId),
      customerId: cus(id),
      channel: 'letter',
      expiresAt: inDays(3),
    });
    const links = customers.map((id) => of(id, `xmas:${id}`));
    const made = (await world.ask('claim-links/bulk', { links })).body.results;
    expect(made.map(({ outcome }: any) => outcome)).toEqual(links.map(() => 'made'));
    expect(new Set(made.map(({ link }: any) => link.code)).size).toBe(1_000);
    const [a = '', b = ''] = customers;
    const bad = [
      links[0],
      { ...links[0], customerId: cus(b) },
      of(randomUUID(), 'nobody'),
      { ...of(a, 'batch'), batchId: cpb(randomUUID()) },
      { ...of(a, 'late'), expiresAt: inDays(-1) },
      of(a, 'twice'),
      of(a, 'twice'),
    ];
    const [first, ...others] = (await world.ask('claim-links/bulk', { links: bad })).body.results;
    expect(first).toEqual({ ...made[0], replayed: true });
    expect(others.map(({ code, replayed, link }: any) => code ?? [replayed, link.key])).toEqual([
      'coupons.claim_link_key_reused',
      'coupons.customer_not_found',
      'coupons.batch_not_found',
      'coupons.claim_link_time',
      [false, 'twice'],
      [true, 'twice'],
    ]);
    const list = async (query: string) =>
      (await world.call('GET', `/v1/coupons/claim-links?${query}`, undefined, world.couponsKey)).body;
    const page = await list(`batchId=${cpb(batchId)}&limit=2`);
    const rest = await list(
      `batchId=${cpb(batchId)}&limit=100&cursor=${encodeURIComponent(page.nextCursor)}`,
    );
    const seen = [...page.items, ...rest.items].map(({ id }: any) => id);
    expect(seen).toHaveLength(102);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    expect((await list(`customerId=${cus(a)}`)).items.map(({ key }: any) => key)).toEqual([
      'twice',
      `xmas:${a}`,
    ]);
    const [{ rows } = { rows: 0 }] = await world.sql<{ rows: number }>(
      'SELECT count(*)::int AS rows FROM platform.claim_codes WHERE corp_id = $1 AND code = ANY ($2)',
      [world.corpId, made.map(({ link }: any) => link.code)],
    );
    expect(rows).toBe(1_000);
  });
});
