import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { Schedules } from '../../../src/platform/jobs/schedules.js';
import { ProfileOf } from '../../../src/modules/customers/profiles/queries/profile-of.js';
import { ProfilesWorld } from './profiles-world.js';

const BULK = 200;
let world: ProfilesWorld;

beforeAll(async () => {
  world = await ProfilesWorld.start();
});
afterAll(async () => world.close());

async function valueOf(customerId: string, key: string) {
  const profiles = await world.inUnit(() => world.http.get(ProfileOf).of([customerId]));
  return profiles.get(customerId)?.fields.find(({ definition }) => definition.key === key)?.value;
}

const eventsOf = (name: string) =>
  world.sql<{ payload: any }>(
    `SELECT payload FROM platform.events WHERE corp_id = $1 AND name = $2 ORDER BY id`,
    [world.corpId, name],
  );

async function makeField(body: object) {
  const labels = { labelZh: '字段', labelEn: 'Field' };
  return world.call('POST', '/v1/customer-fields', { ...labels, ...body });
}

describe('WriteFields', () => {
  it('writes many customers at once, what is right, and names what is wrong', async () => {
    const ids = await world.customers(BULK);
    const results = await world.write(
      ids.flatMap((customerId, index) => [
        { customerId, field: 'score', value: index },
        { customerId, field: 'region', value: ['广东省', index % 2 ? '深圳市' : '广州市'] },
        { customerId, field: 'birthday', value: index === 7 ? '1990-02-30' : '1990-05-20' },
      ]),
      'import',
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(3 * BULK - 1);
    expect(results[7 * 3 + 2]).toEqual({ ok: false, problem: { code: 'date' } });
    const found = await world.sql(
      `SELECT FROM customers.field_items WHERE corp_id = $1 AND field_key = 'region' AND item = '广东省/深圳市'`,
      [world.corpId],
    );
    expect(found).toHaveLength(BULK / 2);
    const told = (await eventsOf('customers.profile_changed')).flatMap(({ payload }) => payload.customerIds);
    expect(ids.filter((id) => !told.includes(id))).toEqual([]);
  });

  it('lets an older value of the same source pass by, and writes nothing that is the same', async () => {
    const [customerId = ''] = await world.customers(1);
    const at = (day: number) => new Date(Date.UTC(2026, 0, day));
    const say = async (value: unknown, observedAt?: Date) => {
      const [result] = await world.write(
        [{ customerId, field: 'score', value, ...(observedAt && { observedAt }) }],
        'crm',
      );
      return result?.ok && result.outcome;
    };
    expect(await say(2, at(2))).toBe('written');
    expect(await say(1, at(1))).toBe('older');
    expect(await say(2)).toBe('unchanged');
    expect(await say(2, at(2))).toBe('unchanged');
    expect(await say(null, at(4))).toBe('written');
    expect(await say(3, at(3))).toBe('older'); // was taken back later
    expect(await valueOf(customerId, 'score')).toBeNull();
    expect(await say(5)).toBe('written');
    expect(await valueOf(customerId, 'score')).toBe(5);
    const [row] = await world.sql<{ version: number }>(
      `SELECT version FROM customers.profiles WHERE corp_id = $1 AND customer_id = $2`,
      [world.corpId, customerId],
    );
    expect(row?.version).toBe(3);
  });

  it('knows no customer that is not there, nor one of another corp', async () => {
    const [mine = ''] = await world.customers(1);
    const results = await world.write([
      { customerId: '0190b5f0-0000-7000-8000-000000000000', field: 'score', value: 1 },
      { customerId: mine, field: 'score', value: 1 },
    ]);
    expect(results).toEqual([
      { ok: false, problem: { code: 'gone' } },
      { ok: true, outcome: 'written' },
    ]);
  });
});

describe('unique fields', () => {
  it('are held by one person, however many want the value at once', async () => {
    await makeField({ key: 'card_number', type: 'text', unique: true });
    const ids = await world.customers(8);
    const answers = await Promise.all(
      ids.map((customerId) => world.write([{ customerId, field: 'card_number', value: 'A-1' }])),
    );
    const winners = ids.filter((_, index) => answers[index]?.[0]?.ok);
    expect(winners).toHaveLength(1);
    const losers = ids.filter((id) => !winners.includes(id));
    expect(answers.flat().filter((one) => !one.ok)).toEqual(
      losers.map(() => ({ ok: false, problem: { code: 'not_unique' } })),
    );
    const [friend = '', stranger = ''] = losers;
    await world.link([winners[0] ?? '', friend]);
    const both = [friend, stranger].map((customerId) => ({ customerId, field: 'card_number', value: 'A-1' }));
    expect((await world.write(both)).map(({ ok }) => ok)).toEqual([true, false]);
    // given up by all who hold it, it is free again
    await world.write(
      [winners[0] ?? '', friend].map((customerId) => ({ customerId, field: 'card_number', value: null })),
    );
    expect((await world.write(both.slice(1))).map(({ ok }) => ok)).toEqual([true]);
  });

  it('are refused within one call, too', async () => {
    const ids = await world.customers(2);
    const results = await world.write(
      ids.map((customerId) => ({ customerId, field: 'card_number', value: 'B-1' })),
    );
    expect(results.map(({ ok }) => ok)).toEqual([true, false]);
  });
});

describe('custom fields', () => {
  it('have choices that stay readable when they are taken away', async () => {
    const choices = [
      { key: 'gold', zh: '金卡', en: 'Gold' },
      { key: 'silver', zh: '银卡', en: 'Silver' },
    ];
    const made = await makeField({
      key: 'cards',
      type: 'choices',
      choices,
      required: true,
      defaultValue: ['silver'],
    });
    expect(made).toMatchObject({ status: 201, body: { key: 'cards', type: 'choices', required: true } });
    const [customerId = ''] = await world.customers(1);
    expect(await valueOf(customerId, 'cards')).toEqual(['silver']);
    await world.write([{ customerId, field: 'cards', value: ['silver', 'gold'] }]);
    const path = `/v1/customer-fields/${made.body.id}`;
    const { etag } = await world.call('GET', path);
    const content = { labelZh: '卡', labelEn: 'Cards', choices: choices.slice(1), required: true };
    expect((await world.call('PUT', path, content)).body.code).toBe('http.precondition_required');
    expect(await world.call('PUT', path, content, { 'if-match': etag })).toMatchObject({
      status: 200,
      body: {
        choices: [
          { key: 'silver', archived: false },
          { key: 'gold', archived: true },
        ],
        defaultValue: null,
      },
    });
    expect((await world.call('PUT', path, content, { 'if-match': etag })).body.code).toBe(
      'http.precondition_failed',
    );
    expect(await valueOf(customerId, 'cards')).toEqual(['gold', 'silver']);
    const write = async (value: unknown) => (await world.write([{ customerId, field: 'cards', value }]))[0];
    expect(await write(['gold'])).toMatchObject({ problem: { code: 'not_allowed', limit: 'silver' } });
    expect(await write(null)).toMatchObject({ problem: { code: 'required' } });
    expect((await world.call('DELETE', path)).status).toBe(204);
    expect(await write(['silver'])).toMatchObject({ problem: { code: 'unknown' } });
    expect(await valueOf(customerId, 'cards')).toBeUndefined();
  });

  it('stop being personal only for those who may reveal, which is audited, and not by silence', async () => {
    const made = await makeField({ key: 'diet', type: 'text', personal: true });
    const path = `/v1/customer-fields/${made.body.id}`;
    const put = (more: object, key = world.key) =>
      world.call('PUT', path, { labelZh: '饮食', labelEn: 'Diet', ...more }, { 'if-match': '*' }, key);
    expect(await put({})).toMatchObject({ status: 200, body: { personal: true } });
    expect(await put({ personal: false })).toMatchObject({
      status: 403,
      body: { code: 'customers.field_personal_kept' },
    });
    expect((await world.call('GET', path)).body.personal).toBe(true);
    const revealer = await world.http.corpKey(world.corpId, ['customers:write', 'customers:reveal']);
    expect(await put({ personal: false }, revealer)).toMatchObject({
      status: 200,
      body: { personal: false },
    });
    const audited = await world.sql(
      `SELECT 1 FROM platform.audit_entries WHERE corp_id = $1 AND action = 'customers.unmask_field'`,
      [world.corpId],
    );
    expect(audited).toHaveLength(1);
  });

  it('keep 10,000 choices in all, archived ones included', async () => {
    const choices = (from: number) =>
      Array.from({ length: 2_000 }, (_, n) => ({ key: `c${from + n}`, zh: '选', en: 'C' }));
    const made = await makeField({ key: 'many', type: 'choice', choices: choices(0) });
    const replace = (from: number) =>
      world.call(
        'PUT',
        `/v1/customer-fields/${made.body.id}`,
        { labelZh: '多', labelEn: 'Many', choices: choices(from) },
        { 'if-match': '*' },
      );
    for (const from of [2_000, 4_000, 6_000]) expect((await replace(from)).status).toBe(200);
    expect((await replace(8_000)).body.code).toBe('customers.choices_too_many');
    expect((await world.call('DELETE', `/v1/customer-fields/${made.body.id}`)).status).toBe(204);
  });

  it.each([
    [{ key: 'birthday', type: 'date' }, 'customers.field_key_taken'],
    [{ key: 'card_number', type: 'text' }, 'customers.field_key_taken'],
    [{ key: 'a', type: 'choice' }, 'customers.field_choices_invalid'],
    [
      { key: 'a', type: 'text', choices: [{ key: 'x', zh: 'x', en: 'x' }] },
      'customers.field_choices_invalid',
    ],
    [
      { key: 'a', type: 'multi_level', choices: [{ key: 'x', zh: 'x', en: 'x', parent: 'x' }] },
      'customers.field_choices_invalid',
    ],
    [{ key: 'a', type: 'number', defaultValue: 'x' }, 'customers.field_default_invalid'],
    [{ key: 'a', type: 'number', defaultValue: 1, unique: true }, 'customers.field_default_invalid'],
    [{ key: 'A b', type: 'number' }, 'http.validation_failed'],
  ])('refuses %j', async (body, code) => {
    expect((await makeField(body)).body.code).toBe(code);
  });
});

describe('stages', () => {
  it('are the own ones of the corp, with reasons where somebody leaves', async () => {
    const { etag, body } = await world.call('GET', '/v1/customer-stages');
    expect(body.items.map(({ key }: any) => key)).toContain('abandoned');
    const stage = (key: string, kind: string, reasons: string[] = []) => ({
      key,
      kind,
      zh: key,
      en: key,
      reasons: reasons.map((reason) => ({ key: reason, zh: reason, en: reason })),
    });
    const items = [stage('lead', 'open'), stage('dead', 'invalid', ['spam'])];
    const put = (wanted: object[], seen: string) =>
      world.call('PUT', '/v1/customer-stages', { items: wanted }, { 'if-match': seen });
    expect((await put([stage('dead', 'invalid')], etag)).body.code).toBe('customers.stages_invalid');
    expect((await put(items, etag)).status).toBe(200);
    expect((await put(items, etag)).body.code).toBe('http.precondition_failed');
    const [customerId = ''] = await world.customers(1);
    const move = async (...path: string[]) =>
      (await world.write([{ customerId, field: 'stage', value: path }]))[0];
    expect(await move('new')).toMatchObject({ problem: { code: 'not_allowed' } }); // archived
    expect(await move('dead')).toMatchObject({ problem: { code: 'path', limit: 'spam' } });
    await move('lead');
    await move('dead', 'spam');
    expect((await eventsOf('customers.stage_changed')).map(({ payload }) => payload.changes[0])).toEqual([
      { customerId, from: null, to: { stage: 'lead', reason: null } },
      { customerId, from: { stage: 'lead', reason: null }, to: { stage: 'dead', reason: 'spam' } },
    ]);
  });
});

describe('rules', () => {
  it('decide anew at once for profiles, and by a job for filters', async () => {
    const [customerId = ''] = await world.customers(1);
    await world.write([{ customerId, field: 'corp_name', value: '员工说' }]);
    await world.write([{ customerId, field: 'corp_name', value: '商城说' }], 'shop');
    const path = '/v1/customer-field-rules';
    const { etag, body } = await world.call('GET', path);
    const ranking = ['shop', ...body.ranking.filter((source: string) => source !== 'shop')];
    const headers = { 'if-match': etag };
    expect((await world.call('PUT', path, { ranking: ranking.slice(1) }, headers)).body.code).toBe(
      'customers.ranking_invalid',
    );
    expect((await world.call('PUT', path, { ranking }, headers)).body).toEqual({
      version: body.version + 1,
      ranking,
    });
    expect((await world.call('PUT', path, { ranking }, headers)).body.code).toBe('http.precondition_failed');
    expect(await valueOf(customerId, 'corp_name')).toBe('商城说');
    const winner = () =>
      world.sql(
        `SELECT text_value AS text FROM customers.field_values
          WHERE corp_id = $1 AND customer_id = $2 AND field_key = 'corp_name' AND wins`,
        [world.corpId, customerId],
      );
    expect(await winner()).toEqual([{ text: '员工说' }]);
    const rebuild = world.http
      .get(JobHandlers)
      .all()
      .find(({ name }) => name === 'customers.rebuild_profiles');
    await rebuild?.handle(
      { corpId: world.corpId },
      { attempt: 1, attemptsMax: 1, signal: new AbortController().signal },
    );
    expect(await winner()).toEqual([{ text: '商城说' }]);
  });

  it('are applied to the end by a walk that was parked, and of other jobs none comes back', async () => {
    const park = (name: string) =>
      world.sql(
        `SELECT graphile_worker.add_job($1, json_build_object('corpId', $2::text, 'after', $3::text), max_attempts => 1)`,
        [name, world.corpId, '00000000-0000-7000-8000-00000000000a'],
      );
    for (const name of ['customers.rebuild_profiles', 'customers.reconcile_announced']) await park(name);
    await world.sql(
      `UPDATE graphile_worker._private_jobs SET attempts = 1 WHERE payload ->> 'after' IS NOT NULL`,
    );
    const jobs = () =>
      world.sql(
        `SELECT t.identifier AS name, j.is_available AS waits, j.payload ->> 'after' AS after
           FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
          WHERE j.payload ->> 'after' IS NOT NULL ORDER BY 1`,
      );
    const [walk, other] = await jobs();
    expect([walk, other]).toMatchObject([{ waits: false }, { waits: false }]);
    const daily = world.http
      .get(Schedules)
      .all()
      .find(({ name }) => name === 'customers.resume_rebuilds');
    await world.http.get(UnitOfWork).run(undefined, async () => daily?.run());
    expect(await jobs()).toEqual([{ ...walk, waits: true }, other]);
  });
});
