import { randomUUID } from 'node:crypto';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { type ClaimsWorld, startClaimsWorld } from './claims-world.js';

const TERMS = {
  benefit: { kind: 'fixed', amount: 500 },
  validity: { kind: 'after_claim', startsAfterDays: 0, days: 7 },
  stacking: { group: 'order', withOthers: 'other_groups' },
  reversal: 'return',
};
const STATES = ['draft', 'approved', 'running', 'paused', 'ended', 'void'];

let world: ClaimsWorld;
let maker: string;
let other: string;
let third: string;
let versionId: string;

interface Answer {
  status: number;
  body: any;
  etag: string;
}

const call = async (method: string, path: string, payload?: object, key = maker, etag?: string) => {
  const headers = etag === undefined ? {} : { 'if-match': etag };
  const url = `/v1/coupons/${path}`;
  const options = { method, url, headers, ...(payload && { payload }) };
  const { statusCode, body, headers: sent } = await world.http.call(key, options as never);
  return { status: statusCode, body: body && JSON.parse(body), etag: String(sent['etag']) } as Answer;
};
const template = (terms: object, key: string = randomUUID()) =>
  call('POST', 'templates', { key, nameZh: '券', nameEn: 'Coupon', terms });
const draft = (over: object = {}) =>
  call('POST', 'batches', { versionId, name: '批次', stock: 100, ...over });
const approve = ({ body, etag }: Answer, key = other) =>
  call('POST', `batches/${body.id}/approve`, {}, key, etag);
const move = (id: string, state: string) => call('POST', `batches/${id}/state`, { state });
const running = async (over: object = {}) => move((await approve(await draft(over))).body.id, 'running');
const setAmounts = (batch: Answer, amounts: object, key = other) =>
  call('PUT', `batches/${batch.body.id}/amounts`, amounts, key, batch.etag);
/** Asked by one, approved by another. */
const raise = async (batch: Answer, amounts: object, key = third) =>
  approveAmounts(await setAmounts(batch, amounts), key);
const approveAmounts = ({ body, etag }: Answer, key = third) =>
  call('POST', `batches/${body.id}/amounts/approve`, {}, key, etag);
const idOf = (batch: Answer) => parsePublicId('cpb', batch.body.id) ?? '';

beforeAll(async () => {
  world = await startClaimsWorld();
  const scopes = ['coupons:read', 'coupons:write', 'coupons:approve'] as const;
  maker = await world.http.corpKey(world.corpId, [...scopes], 'marketing');
  other = await world.http.corpKey(world.corpId, [...scopes], 'finance');
  third = await world.http.corpKey(world.corpId, [...scopes], 'board');
  versionId = (await template(TERMS)).body.newest.id;
});
afterAll(() => world.close());

describe('a template', () => {
  it('keeps each version as it was', async () => {
    const { body: made, status } = await template(TERMS, 'spring');
    expect([status, made.newest.version, made.newest.kind]).toEqual([201, 1, 'fixed']);
    expect((await template(TERMS, 'spring')).body.code).toBe('coupons.template_exists');
    const validity = {
      kind: 'absolute',
      from: '2026-01-01T00:00:00.000Z',
      until: '2027-01-01T00:00:00.000Z',
    };
    const added = await call('POST', `templates/${made.id}/versions`, { terms: { ...TERMS, validity } });
    expect([added.status, added.body.version]).toEqual([201, 2]);
    const { body: versions } = await call('GET', `templates/${made.id}/versions`);
    expect(versions.items.map(({ terms }: any) => terms.validity)).toEqual([validity, TERMS.validity]);
    const raw = (sql: string) => world.sql(`${sql} WHERE corp_id = $1`, [world.corpId]);
    await expect(raw(`UPDATE coupons.template_versions SET kind = 'gift'`)).rejects.toThrow('append-only');
    await call('PATCH', `templates/${made.id}`, { archived: true });
    expect((await draft({ versionId: added.body.id })).body.code).toBe('coupons.template_archived');
  });

  it.each([
    ['benefit.amount', { benefit: { kind: 'fixed' } }],
    ['benefit.cap', { benefit: { kind: 'fixed', amount: 1, cap: 2 } }],
    ['benefit.steps', { benefit: { kind: 'stepped', steps: [{ from: 100, off: 101 }] } }],
    ['benefit.steps', { benefit: { kind: 'stepped', steps: [200, 100].map((from) => ({ from, off: 50 })) } }],
    ['validity.days', { validity: { kind: 'after_claim', startsAfterDays: 0 } }],
    [
      'validity.until',
      { validity: { kind: 'absolute', from: '2026-02-01T00:00:00Z', until: '2026-02-01T00:00:00Z' } },
    ],
    ['validity.weekdays', { validity: { ...TERMS.validity, weekdays: [1, 1] } }],
    ['validity.weekdays', { validity: { ...TERMS.validity, weekdays: [0, 8] } }],
    ['validity.hours', { validity: { ...TERMS.validity, hours: [{ from: '09:00', until: '09:00' }] } }],
    ['conditions.stores', { conditions: { stores: ['A', 'A'] } }],
  ])('is refused where its terms contradict themselves: %s', async (field, over) => {
    const { status, body } = await template({ ...TERMS, ...over });
    expect([status, body.code, body.params.field]).toEqual([422, 'coupons.terms_invalid', field]);
  });
});

describe('a batch', () => {
  it('is approved by another owner than all who shaped it, as he has seen it', async () => {
    const made = await draft();
    expect((await approve(made, maker)).body.code).toBe('coupons.approver_same_owner');
    const again = await world.http.corpKey(world.corpId, ['coupons:approve'], ' Marketing ');
    expect((await approve(made, again)).body.code).toBe('coupons.approver_same_owner');
    const edited = await call('PATCH', `batches/${made.body.id}`, { stock: 50 }, other, made.etag);
    expect((await approve(edited, other)).body.code).toBe('coupons.approver_same_owner');
    expect(edited.body).toMatchObject({ createdBy: 'marketing', editedBy: ['finance'] });
    // a colleague's hand at the draft does not make its author another person
    for (const key of [maker, again])
      expect((await approve(edited, key)).body.code).toBe('coupons.approver_same_owner');
    const same = await call('PATCH', `batches/${made.body.id}`, {}, maker, edited.etag);
    expect(same.body).toMatchObject({ createdBy: 'marketing', editedBy: ['finance'] });
    expect((await approve(edited, third)).status).toBe(412);
    const { body } = await approve(same, third);
    expect(body).toMatchObject({ state: 'approved', stock: 50, remaining: 50, approvedBy: 'board' });
    const late = await call('PATCH', `batches/${made.body.id}`, { name: 'x' }, maker, '*');
    expect(late.body.code).toBe('coupons.batch_state_refused');
  });

  it('is what it says: unsound ones are refused', async () => {
    const times = { claimFrom: '2026-02-01T00:00:00Z', claimUntil: '2026-01-01T00:00:00Z' };
    expect((await draft(times)).body.code).toBe('coupons.batch_invalid');
    expect((await draft({ budget: 10, dailyBudget: 11 })).body.code).toBe('coupons.batch_invalid');
    // the last two are no zones, or others, to the database, which cuts the days
    for (const timeZone of ['+08:00', 'CTT', 'SystemV/PST8'])
      expect((await draft({ timeZone })).body.code).toBe('coupons.time_zone_unknown');
    expect((await draft({ versionId: toPublicId('ctv', randomUUID()) })).body.code).toBe(
      'coupons.version_not_found',
    );
    expect((await call('GET', 'batches/cpb_x')).body.code).toBe('coupons.batch_not_found');
  });

  it('moves along its states only, by the API and by raw SQL', async () => {
    const ways: Record<string, string[]> = {
      draft: ['approved', 'void'],
      approved: ['running', 'void'],
      running: ['paused', 'ended', 'void'],
      paused: ['running', 'ended', 'void'],
      ended: [],
      void: [],
    };
    for (const from of STATES)
      for (const to of STATES.filter((state) => state !== from)) {
        const id = await world.batch({ stock: 1, state: from });
        const update = world.sql(
          'UPDATE coupons.batches SET state = $3, version = version + 1 WHERE corp_id = $1 AND id = $2',
          [world.corpId, id, to],
        );
        const isLegal = ways[from]?.includes(to) ?? false;
        if (isLegal) await expect(update).resolves.toEqual([]);
        else await expect(update).rejects.toThrow('batch_transition');
        if (to === 'draft' || to === 'approved') continue;
        const again = await world.batch({ stock: 1, state: from });
        const { status, body } = await move(toPublicId('cpb', again), to);
        expect([from, to, status, body.code]).toEqual(
          isLegal ? [from, to, 200, undefined] : [from, to, 409, 'coupons.batch_state_refused'],
        );
      }
  });

  it('keeps what was approved', async () => {
    const batch = await running();
    for (const change of [`per_person = 2`, `time_zone = 'UTC'`, `created_by_owner = 'x'`, `budget = 1`])
      await expect(
        world.sql(
          `UPDATE coupons.batches SET ${change}, version = version + 1 WHERE corp_id = $1 AND id = $2`,
          [world.corpId, idOf(batch)],
        ),
      ).rejects.toThrow('batch_fixed');
  });
});

describe('the amounts of a running batch', () => {
  it('go up, and down to what is left', async () => {
    const batch = await running({ stock: 20, perPerson: 1000, budget: 1000, dailyBudget: 500 });
    const [customerId = ''] = await world.customers(1);
    const batchId = idOf(batch);
    const issued = await world.issue(...Array.from({ length: 12 }, () => ({ batchId, customerId })));
    expect(issued.map((one: any) => one.code ?? one.outcome)).toEqual(issued.map(() => 'issued'));
    const more = await raise(batch, { stock: 30, budget: 2000 });
    expect(more.body).toMatchObject({ stock: 30, remaining: 18, budget: 2000, dailyBudget: 500 });
    expect((await setAmounts(batch, { stock: 31 })).status).toBe(412); // somebody else was first
    expect((await setAmounts(more, { stock: 11 })).body.code).toBe('coupons.stock_below_issued');
    const less = await setAmounts(more, { stock: 12 });
    expect(less.body).toMatchObject({ stock: 12, remaining: 0 });
    await world.sql('UPDATE coupons.batch_budgets SET spent = 700 WHERE corp_id = $1 AND batch_id = $2', [
      world.corpId,
      batchId,
    ]);
    expect((await setAmounts(less, { budget: 699, dailyBudget: 1 })).body.code).toBe(
      'coupons.budget_below_spent',
    );
    expect((await setAmounts(less, { budget: 700 })).body).toMatchObject({ budget: 700, spent: 700 });
    const free = await running();
    expect((await setAmounts(free, { budget: 5 })).body.code).toBe('coupons.batch_invalid');
  });

  it('go up by two owners, and down by one', async () => {
    const batch = await running({ stock: 20, budget: 1000, dailyBudget: 500 });
    const amounts = { stock: 20, budget: 1000, dailyBudget: 500 };
    for (const higher of [
      { stock: 21 },
      { budget: 1001 },
      { dailyBudget: 501 },
      { stock: 5, budget: 1001 },
    ]) {
      const now = await call('GET', `batches/${batch.body.id}`);
      const asked = await setAmounts(now, higher);
      const wanted = { ...amounts, ...higher, askedBy: 'finance' };
      expect(asked.body).toMatchObject({ ...amounts, remaining: 20, askedAmounts: wanted });
      expect((await approveAmounts(asked, other)).body.code).toBe('coupons.approver_same_owner');
      expect((await approveAmounts(now)).status).toBe(412);
    }
    const last = await call('GET', `batches/${batch.body.id}`);
    const done = await approveAmounts(last, maker);
    expect(done.body).toMatchObject({ stock: 5, remaining: 5, budget: 1001, askedAmounts: null });
    expect((await approveAmounts(done)).body.code).toBe('coupons.amounts_not_asked');
    const asked = await setAmounts(done, { stock: 9 }, maker);
    const lower = await setAmounts(asked, { budget: 900 }, maker); // and nothing is asked for any more
    expect(lower.body).toMatchObject({ stock: 5, budget: 900, askedAmounts: null });
    const open = await setAmounts(lower, { stock: 9 }, maker);
    await move(batch.body.id, 'ended');
    const late = await approveAmounts({ ...open, etag: '*' });
    expect(late.body.code).toBe('coupons.batch_state_refused');
  });

  it('neither lose nor make a unit while others claim and take away', async () => {
    const batch = await running({ stock: 200, perPerson: 1000 });
    const batchId = idOf(batch);
    const [customerId = ''] = await world.customers(1);
    const claim = () => world.issue(...Array.from({ length: 10 }, () => ({ batchId, customerId })));
    const change = async (stock: number) => {
      await call('PUT', `batches/${batch.body.id}/amounts`, { stock }, other, '*');
      return approveAmounts({ ...batch, etag: '*' });
    };
    const answers = await Promise.all([
      ...Array.from({ length: 12 }, claim),
      ...[150, 90, 210, 60, 130].map(change),
    ]);
    const units = await world.units(batchId);
    const { body } = await call('GET', `batches/${batch.body.id}`);
    expect(units.left + units.coupons).toBe(body.stock);
    const issued = answers.flat().filter((one: any) => one.outcome === 'issued');
    expect(units.coupons).toBe(issued.length);
    expect(issued.length).toBeGreaterThan(50);
  });
});
