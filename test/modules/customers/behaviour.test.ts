import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { AT, type BehaviourWorld, freshId, payment, startBehaviourWorld, visit } from './behaviour-world.js';

let world: BehaviourWorld;
let cus: string;
let other: string;

beforeAll(async () => {
  world = await startBehaviourWorld();
  [cus = '', other = ''] = await world.customers(2);
});
afterAll(() => world.close());

const fresh = freshId;
const view = (over: object = {}) => visit(cus, over);
const paid = (amount: number, over: object = {}) => payment(cus, amount, over);
const results: BehaviourWorld['results'] = (...given) => world.results(...given);
const eventsOf = async (id: string, query = '') =>
  (await world.call('GET', `/v1/customers/${id}/events?${query}`)).body;
describe('POST /v1/customer-events', () => {
  it('stores each built-in type and says so in events of ids', async () => {
    const items = {
      orderId: 'o1',
      amount: 5,
      currency: 'CNY',
      items: [{ name: '茶', quantity: 1, amount: 5 }],
    };
    const sent = [
      view({ type: 'order_paid', data: items }),
      view({ type: 'order_refunded', data: { orderId: 'o1', amount: 5 } }),
      view({ data: { page: '/', seconds: 3 } }),
      view({ type: 'content_opened', data: { contentId: 'c' } }),
      view({ type: 'form_sent', data: { formId: 'f' }, at: '2024-01-31T23:59:59+08:00' }),
    ];
    const answers = await results(sent);
    expect(answers).toEqual(
      sent.map(() => ({
        status: 'recorded',
        id: expect.any(String),
        revision: 1,
      })),
    );
    const shown = await world.call('GET', `/v1/customer-events/${answers[0].id}`);
    expect(shown.body).toMatchObject({
      source: 'shop',
      type: 'order_paid',
      at: AT,
      data: items,
      revisions: [],
    });
    const [told] = (await world.published('customers.behaviour_recorded')).slice(-1);
    expect(told?.payload).toMatchObject({ from: '2024-01-31T15:59:59.000Z', to: AT });
    expect(told?.payload.eventIds.map((id: string) => toPublicId('cev', id)).sort()).toEqual(
      answers.map(({ id }) => id).sort(),
    );
  });

  it('refuses what is wrong item by item and stores the rest', async () => {
    const wrong: [unknown, string, string][] = [
      ['text', 'event_invalid', ''],
      [view({ source: 'Shop!' }), 'event_invalid', '/source'],
      [view({ source: 'tracked_links' }), 'event_invalid', '/source'],
      [view({ externalId: '' }), 'event_invalid', '/externalId'],
      [view({ externalId: 'a\0' }), 'event_invalid', '/externalId'],
      [view({ more: 1 }), 'event_invalid', ''],
      [view({ type: 7 }), 'event_invalid', '/type'],
      [view({ type: 'unheard_of' }), 'event_type_unknown', '/type'],
      [view({ type: 'link_opened' }), 'event_type_unknown', '/type'],
      [view({ type: '__proto__' }), 'event_type_unknown', '/type'],
      [view({ at: '2026-02-30T00:00:00Z' }), 'event_invalid', '/at'],
      [view({ at: '2026-11-20' }), 'event_invalid', '/at'],
      [view({ at: '2020-01-01T00:00:00Z' }), 'event_time_refused', '/at'],
      [view({ at: '2026-11-25T00:00:00Z' }), 'event_time_refused', '/at'],
      [view({ customerId: undefined }), 'event_invalid', '/customerId'],
      [view({ customerId: 'cus_nonsense' }), 'event_customer_unknown', '/customerId'],
      [
        view({ customerId: toPublicId('cus', '0190b5f0-0000-7000-8000-000000000000') }),
        'event_customer_unknown',
        '/customerId',
      ],
      [view({ identifier: { kind: 'phone', value: '1' } }), 'event_invalid', '/customerId'],
      [
        view({ customerId: undefined, identifier: { kind: 'phone', value: '1' } }),
        'identifier_invalid',
        '/identifier',
      ],
      [
        view({ customerId: undefined, identifier: { kind: 'soul', value: '1' } }),
        'event_invalid',
        '/identifier',
      ],
      [view({ data: [] }), 'event_invalid', '/data'],
      [view({ data: {} }), 'event_invalid', '/data/page'],
      [view({ data: { page: '/', phone: '13812345678' } }), 'event_invalid', '/data'],
      [view({ data: { page: 'x'.repeat(1001) } }), 'event_invalid', '/data/page'],
      [paid(1.5), 'event_invalid', '/data/amount'],
      [paid(-1), 'event_invalid', '/data/amount'],
      [paid(1, { data: { orderId: 'o', amount: 1, currency: 'USD' } }), 'event_invalid', '/data/currency'],
      [
        paid(1, { data: { orderId: 'o', amount: 1, items: [{ name: 'a', x: 1 }] } }),
        'event_invalid',
        '/data/items',
      ],
    ];
    const before = await world.rows();
    const good = view();
    const answers = await results([...wrong.map(([item]) => item), good]);
    expect(answers.pop()).toMatchObject({ status: 'recorded' });
    expect(answers).toEqual(
      wrong.map(([, code, field]) => ({ status: 'refused', error: { code: `customers.${code}`, field } })),
    );
    expect(await world.rows()).toEqual({ ...before, keys: before.keys + 1, events: before.events + 1 });
    expect(world.http.logLines.join('\n')).not.toContain('13812345678');
  });

  it.each([
    [{}, '/events', 'required'],
    [{ events: 'x' }, '/events', 'list'],
    [{ events: [] }, '/events', 'too_few'],
    [{ events: Array.from({ length: 1001 }, () => 0) }, '/events', 'too_many'],
    [{ events: [1], createCustomers: 'yes' }, '/createCustomers', 'boolean'],
    [{ events: [1], more: 1 }, '/more', 'unknown'],
  ])('refuses a wrong body: %#', async (payload, pointer, code) => {
    const { status, body } = await world.call('POST', '/v1/customer-events', payload);
    expect([status, body.code, body.errors]).toEqual([
      400,
      'http.validation_failed',
      [expect.objectContaining({ in: 'body', pointer, code })],
    ]);
  });

  it('answers a repeated body as the first time, and stores another as the next revision, also in another month', async () => {
    const first = paid(100);
    const second = {
      ...first,
      data: { orderId: 'o', amount: 90 },
      at: '2026-08-01T00:00:00Z',
      customerId: other,
    };
    const [made] = await results([first]);
    expect(await results([{ ...first, data: { amount: 100, orderId: first.externalId } }, first])).toEqual([
      { ...made, repeated: true },
      { ...made, repeated: true },
    ]);
    const [changed] = await results([second]);
    expect(changed).toEqual({ ...made, status: 'changed', revision: 2 });
    expect(await results([first])).toEqual([{ ...made, repeated: true }]);
    expect(await results([second])).toEqual([{ ...changed, repeated: true }]);
    const shown = (await world.call('GET', `/v1/customer-events/${made.id}`)).body;
    expect(shown).toMatchObject({
      revision: 2,
      at: '2026-08-01T00:00:00.000Z',
      data: { amount: 90 },
      customerId: other,
    });
    expect(shown.revisions).toMatchObject([{ revision: 1, at: AT, data: { amount: 100 }, customerId: cus }]);
    const [told] = (await world.published('customers.event_changed')).slice(-1);
    expect(told?.payload).toMatchObject({ revision: 2 });
    expect(toPublicId('cus', told?.payload.previousCustomerId)).toBe(cus);
  });

  it('knows a repetition also of what would be refused today', async () => {
    const made = await world.call('POST', '/v1/customer-event-types', {
      key: `shop.t${fresh().slice(2)}`,
      name: '分享',
      fields: [{ key: 'times', kind: 'integer', required: true }],
    });
    expect(made.status).toBe(201);
    const item = view({ type: made.body.key, data: { times: 2 } });
    const [first] = await results([item]);
    expect(await results([view({ type: made.body.key, data: { times: 'two' } })])).toMatchObject([
      { error: { field: '/data/times' } },
    ]);
    const off = { name: '分享', fields: [], enabled: false };
    expect((await world.call('PUT', `/v1/customer-event-types/${made.body.id}`, off)).status).toBe(200);
    expect(await results([item])).toEqual([{ ...first, repeated: true }]);
    expect(await results([view({ type: made.body.key })])).toMatchObject([
      { error: { code: 'customers.event_type_unknown' } },
    ]);
  });

  it('refuses the second of two different bodies with one key in one call', async () => {
    const item = view();
    const answers = await results([item, { ...item, at: '2026-11-19T00:00:00Z' }, item]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[1].error.code).toBe('customers.event_repeated_in_call');
  });

  it('finds or makes the customer of an identifier', async () => {
    const identifier = { kind: 'phone', value: '138 0000 1111' };
    const item = () => view({ customerId: undefined, identifier });
    expect(await results([item()])).toMatchObject([{ error: { code: 'customers.event_customer_unknown' } }]);
    const many = Array.from({ length: 4 }, () => results([item(), item()], { createCustomers: true }));
    const made = (await Promise.all(many)).flat();
    expect(new Set(made.map(({ customerId }) => customerId)).size).toBe(1);
    const spelled = view({ customerId: undefined, identifier: { kind: 'phone', value: '+86 13800001111' } });
    expect(await results([spelled])).toMatchObject([{ customerId: made[0].customerId }]);
    expect((await eventsOf(made[0].customerId)).items).toHaveLength(9);
    expect(JSON.stringify(await world.published('customers.behaviour_recorded'))).not.toContain('1380000');
  });
});

describe('what a person did', () => {
  it('is listed newest first over all his customers, filtered by type, page by page', async () => {
    const [a = '', b = ''] = await world.customers(2);
    await results(
      Array.from({ length: 7 }, (_, n) =>
        view({ customerId: a, at: `2026-${10 - n > 9 ? '' : '0'}${10 - n}-05T00:00:00Z` }),
      ),
    );
    await results([paid(300, { customerId: a }), paid(200, { customerId: a, at: '2026-07-01T00:00:00Z' })]);
    await results([view({ customerId: a, type: 'order_refunded', data: { orderId: 'o', amount: 50 } })]);
    const seen: any[] = [];
    let cursor = '';
    do {
      const page = await eventsOf(a, `limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items);
      cursor = page.nextCursor ?? '';
    } while (cursor);
    expect(seen).toHaveLength(10);
    expect(seen.map(({ at }) => at)).toEqual(
      seen
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    expect((await eventsOf(a, 'type=order_paid')).items.map((one: any) => one.data.amount)).toEqual([
      300, 200,
    ]);
    expect((await eventsOf(b)).items).toEqual([]);
    await results([paid(7, { customerId: b, at: '2026-11-21T00:00:00Z' })]);
    await world.sql(
      `INSERT INTO customers.person_links (corp_id, customer_id, person_id) SELECT $1, id, ($2::uuid[])[1]
         FROM unnest($2::uuid[]) AS id`,
      [world.corpId, [a, b].map((id) => parsePublicId('cus', id)).sort()],
    );
    const ofBoth = await Promise.all([eventsOf(a, 'limit=5'), eventsOf(b, 'limit=5')]);
    expect(ofBoth[1].items).toEqual(ofBoth[0].items);
    expect(ofBoth[0].items[0]).toMatchObject({ customerId: b, data: { amount: 7 } });
    await world.sql('DELETE FROM customers.person_links WHERE corp_id = $1', [world.corpId]);
    expect((await world.call('GET', `/v1/customers/${a}/orders-summary`)).body).toEqual({
      paidCount: 2,
      paidAmount: 500,
      refundedAmount: 50,
      firstPaidAt: '2026-07-01T00:00:00.000Z',
      lastPaidAt: AT,
    });
    const [nobody = ''] = await world.customers(1);
    expect((await world.call('GET', `/v1/customers/${nobody}/orders-summary`)).body).toMatchObject({
      paidCount: 0,
      lastPaidAt: null,
    });
  });

  it('is shown to its own corp only', async () => {
    const [made] = await results([view()]);
    const { id } = await world.http.addCorp();
    const foreign = await world.http.corpKey(id, ['customers:read', 'customers:write']);
    for (const url of [
      `/v1/customer-events/${made.id}`,
      '/v1/customer-events/cev_nonsense',
      `/v1/customers/${cus}/events`,
      `/v1/customers/${cus}/orders-summary`,
      '/v1/customer-event-types/cet_nonsense',
    ])
      expect((await world.call('GET', url, undefined, foreign)).status).toBe(404);
    const sent = await world.call('POST', '/v1/customer-events', { events: [view()] }, foreign);
    expect(sent.body.results).toMatchObject([{ error: { code: 'customers.event_customer_unknown' } }]);
    const reader = await world.http.corpKey(world.corpId, ['customers:read']);
    expect((await world.call('POST', '/v1/customer-events', { events: [view()] }, reader)).status).toBe(403);
  });
});

describe('event types', () => {
  it('are declared once each, and refused when they are wrong', async () => {
    const type = { key: `own.t${fresh().slice(2)}`, name: 'n', fields: [{ key: 'a', kind: 'time' }] };
    const post = (body: object) => world.call('POST', '/v1/customer-event-types', body);
    const made = await post(type);
    expect(made.body).toMatchObject({
      ...type,
      enabled: true,
      fields: [{ key: 'a', kind: 'time', required: false }],
    });
    expect((await post(type)).body.code).toBe('customers.event_type_exists');
    const twice = [type.fields[0], type.fields[0]];
    expect((await post({ ...type, key: 'own.x', fields: twice })).body.code).toBe(
      'customers.event_type_fields_repeated',
    );
    for (const key of ['order_paid', 'nodot', 'a.b.c', 'A.b'])
      expect((await post({ ...type, key })).status).toBe(400);
    expect((await world.call('GET', '/v1/customer-event-types?limit=200')).body.items).toContainEqual(
      made.body,
    );
    expect((await world.call('GET', `/v1/customer-event-types/${made.body.id}`)).body).toEqual(made.body);
  });

  it('are 200 at most, also when many are declared at once', async () => {
    await world.sql(
      `INSERT INTO customers.event_types
       SELECT $1, gen_random_uuid(), 'bulk.t' || n, 'n', '[]', true, now(), now()
         FROM generate_series(1, 198 - (SELECT count(*) FROM customers.event_types WHERE corp_id = $1)::int) n`,
      [world.corpId],
    );
    const made = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        world.call('POST', '/v1/customer-event-types', { key: `late.t${n}`, name: 'n' }),
      ),
    );
    expect(made.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
  });
});
