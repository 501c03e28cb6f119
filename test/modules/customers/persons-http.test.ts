import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { PERSON_TABLES } from '../../../src/modules/customers/person-data/domain/person-tables.js';
import {
  IDENTIFIER_KINDS,
  parseIdentifier,
} from '../../../src/modules/customers/identity/domain/identifier.js';
import { FollowMirror } from '../../../src/modules/customers/identity/use-cases/follow-mirror.js';
import { FollowNames } from '../../../src/modules/customers/search/use-cases/follow-names.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { ambientUnit } from '../../../src/platform/database/transaction.js';
import { IdentityLocks } from '../../../src/modules/customers/identity/persistence/identity-locks.js';
import { Identifiers } from '../../../src/modules/customers/identity/use-cases/identifiers.js';
import { MergePersons } from '../../../src/modules/customers/identity/use-cases/merge-persons.js';
import { ErasePerson } from '../../../src/modules/customers/person-data/use-cases/erase-person.js';
import { WriteFields } from '../../../src/modules/customers/profiles/use-cases/write-fields.js';
import { CustomersWorld, type TestCorp } from './customers-world.js';
import { ContactErasures } from '../../../src/wecom/index.js';

const NAME = '欧阳测试';
const PHONE = '13912345671';
const EMAIL = 'ouyang.canary@example.com';

const NAMESPACED = new Set<string>(['openid', 'external_id']);

let world: CustomersWorld;
let corp: TestCorp;
let key: string;
let approveKey: string;
let foreign: { key: string; customer: string };

beforeAll(async () => {
  world = await CustomersWorld.start();
  corp = await world.corp({ staff: 2, customers: 3 });
  key = await world.http.corpKey(corp.id, ['customers:read', 'customers:write']);
  approveKey = await world.http.corpKey(corp.id, ['customers:approve']);
  const other = await world.http.addCorp();
  foreign = {
    key: await world.http.corpKey(other.id, ['customers:read', 'customers:write']),
    customer: randomUUID(),
  };
  await world.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [other.id]);
  await world.http.sql(
    `INSERT INTO customers.customers (corp_id, id, created_at, updated_at) VALUES ($1, $2, now(), now())`,
    [other.id, foreign.customer],
  );
});
afterAll(async () => world.close());

const call = (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, withKey = key) =>
  world.http.call(withKey, { method, url, ...(payload && { payload }) });
const cus = (id: string) => toPublicId('cus', id);
const per = (id: string) => toPublicId('per', id);

async function newCustomer(identifiers: object[] = [], fields: Record<string, string> = {}): Promise<string> {
  const id = randomUUID();
  await corp.sql(
    `INSERT INTO customers.customers (corp_id, id, external_user_id, union_id, name, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, now() - interval '1 minute', now() - interval '1 minute')`,
    [corp.id, id, fields['externalUserId'] ?? null, fields['unionId'] ?? null, fields['name'] ?? null],
  );
  if (identifiers.length > 0) {
    const added = await call('POST', `/v1/customers/${cus(id)}/identifiers`, { identifiers });
    expect(added.statusCode).toBe(200);
  }
  return id;
}

/** Until somebody waits for a lock of the corp's persons. */
async function lockWaited(): Promise<void> {
  const waiting = () =>
    corp.sql(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database =
                (SELECT oid FROM pg_database WHERE datname = current_database())`);
  for (let left = 100; left > 0 && (await waiting()).length === 0; left--)
    await new Promise((wake) => setTimeout(wake, 20));
}

/** In a transaction of its own, also while one is open. */
function outside<T>(work: () => Promise<T>): Promise<T> {
  return ambientUnit.exit(() => world.http.get(UnitOfWork).run(corp.id, work));
}

async function personOf(id: string): Promise<string[]> {
  const answer = await call('GET', `/v1/persons/${per(id)}`);
  expect(answer.statusCode).toBe(200);
  return answer
    .json()
    .customers.map((customer: { id: string }) => parsePublicId('cus', customer.id))
    .sort();
}

describe('persons over REST', () => {
  it('come from identifiers, which show masked, and in clear only to who may reveal them', async () => {
    const a = await newCustomer([{ kind: 'phone', value: '+86 138 7777 1234' }]);
    const b = await newCustomer([
      { kind: 'phone', value: '13877771234' },
      { kind: 'external_id', namespace: 'CRM', value: 'C-77' },
    ]);
    expect(await personOf(a)).toEqual([a, b].sort());
    expect(await personOf(b)).toEqual([a, b].sort());
    const listed = await call('GET', `/v1/customers/${cus(a)}/identifiers`);
    expect(listed.body).toContain('138****1234');
    expect(listed.body).not.toContain('7777');
    expect((await call('POST', `/v1/customers/${cus(a)}/identifiers/reveal`, {})).statusCode).toBe(403);
    const revealKey = await world.http.corpKey(corp.id, ['customers:reveal']);
    const revealed = await call('POST', `/v1/customers/${cus(a)}/identifiers/reveal`, {}, revealKey);
    expect(revealed.json().items[0].value).toBe('13877771234');
    const audited = await corp.sql<{ action: string }>(
      `SELECT action FROM platform.audit_entries WHERE corp_id = $1 AND action = 'customers.reveal_identifiers'`,
      [corp.id],
    );
    expect(audited).toHaveLength(1);
    const [first] = listed.json().items;
    expect((await call('DELETE', `/v1/customers/${cus(a)}/identifiers/${first.id}`)).statusCode).toBe(204);
    expect(await personOf(a)).toEqual([a]);
  });

  it('mask by whole characters, and refuse what cannot be stored', async () => {
    const odd = await newCustomer([
      { kind: 'email', value: '😀@x.com' },
      { kind: 'external_id', namespace: 'crm', value: 'customer😀abc' },
    ]);
    const { items } = (await call('GET', `/v1/customers/${cus(odd)}/identifiers`)).json();
    const masked = items.map((one: { value: string }) => one.value).sort();
    expect(masked).toEqual(['****😀abc', '😀****@x.com']);
    for (const kind of IDENTIFIER_KINDS)
      for (const value of ['a\0b@x.com', 'a\uD800b@x.com', '1380000\u00001234'])
        expect(parseIdentifier({ kind, namespace: NAMESPACED.has(kind) ? 'crm' : '', value })).toBe(
          undefined,
        );
  });

  it('are parted by the block list', async () => {
    const shared = { kind: 'email', value: 'desk@example.com' };
    const [a, b] = [await newCustomer([shared]), await newCustomer([shared])];
    expect(await personOf(a)).toEqual([a, b].sort());
    const blocked = await call('POST', '/v1/blocked-identifiers', { identifier: shared, reason: '前台' });
    expect(blocked.statusCode).toBe(201);
    expect(blocked.body).not.toContain('desk@');
    expect(await personOf(a)).toEqual([a]);
    const again = await call('POST', '/v1/blocked-identifiers', { identifier: shared, reason: '前台' });
    expect(again.json().code).toBe('customers.identifier_blocked_already');
    expect((await call('DELETE', `/v1/blocked-identifiers/${blocked.json().id}`)).statusCode).toBe(204);
    expect(await personOf(a)).toEqual([a, b].sort());
    const bad = await call('POST', '/v1/blocked-identifiers', {
      identifier: { kind: 'openid', value: 'no appid' },
      reason: 'x',
    });
    expect([bad.statusCode, bad.json().code]).toEqual([422, 'customers.identifier_invalid']);
  });

  it('are merged and split by hand, and doubts are decided', async () => {
    const phone = { kind: 'phone', value: '13700005555' };
    const a = await newCustomer([phone, { kind: 'external_id', namespace: 'crm', value: 'one' }]);
    const b = await newCustomer([phone, { kind: 'external_id', namespace: 'crm', value: 'two' }]);
    expect(await personOf(a)).toEqual([a]);
    const cases = await call('GET', '/v1/identity-cases');
    const found = cases
      .json()
      .items.find((one: { customerIds: string[] }) => one.customerIds.includes(cus(a)));
    expect(found).toMatchObject({ kind: 'phone', doubt: 'strong_ids_differ' });
    const decide = (decision: string, withKey: string) =>
      call('POST', `/v1/identity-cases/${found.id}/decide`, { decision }, withKey);
    expect((await decide('approve', key)).statusCode).toBe(403);
    expect((await decide('approve', approveKey)).statusCode).toBe(200);
    expect(await personOf(a)).toEqual([a, b].sort());
    expect((await decide('approve', approveKey)).json().code).toBe('customers.identity_case_not_found');
    const unmerge = (customerIds: string[]) =>
      call('POST', `/v1/persons/${per(b)}/unmerge`, { customerIds: customerIds.map(cus) }, approveKey);
    expect((await unmerge([a, b])).json().code).toBe('customers.unmerge_not_of_person');
    expect((await unmerge([b])).json().persons).toHaveLength(2);
    expect((await call('GET', '/v1/identity-cases')).body).not.toContain(cus(a)); // a human has decided
    const merge = (withKey = approveKey) =>
      call('POST', '/v1/persons/merge', { customerIds: [cus(a), cus(b)] }, withKey);
    expect((await merge(key)).statusCode).toBe(403);
    expect((await merge()).json().customerIds).toHaveLength(2);
    expect((await merge()).json().code).toBe('customers.merge_needs_two');
  });

  it('answer a conflict to who decides a doubt that somebody else is deciding', async () => {
    const phone = { kind: 'phone', value: '13700006666' };
    const a = await newCustomer([phone, { kind: 'external_id', namespace: 'crm', value: 'three' }]);
    const b = await newCustomer([phone, { kind: 'external_id', namespace: 'crm', value: 'four' }]);
    const found = (await call('GET', '/v1/identity-cases'))
      .json()
      .items.find((one: { customerIds: string[] }) => one.customerIds.includes(cus(a)));
    const approveKey = await world.http.corpKey(corp.id, ['customers:approve']);
    const deciding = await world.http.get(UnitOfWork).run(corp.id, async () => {
      await world.http.get(MergePersons).merge([a, b]);
      const url = `/v1/identity-cases/${found.id}/decide`;
      const decide = ambientUnit.exit(() => call('POST', url, { decision: 'reject' }, approveKey));
      await lockWaited();
      return { decide };
    });
    const answer = await deciding.decide;
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'customers.identity_case_settled']);
    expect(await personOf(a)).toEqual([a, b].sort());
  });

  it('follow what WeCom tells of unionids and what staff noted', async () => {
    const [userId = ''] = await corp.followUsers();
    const { externalUserId } = corp.events.addCustomer({ corpId: corp.wecomCorpId, userId, silent: true });
    await corp.sync();
    const [contact] = await corp.sql<{ id: string }>(
      `UPDATE customers.customers SET union_id = 'u-follow', updated_at = updated_at - interval '1 hour'
        WHERE corp_id = $1 AND external_user_id = $2 RETURNING id`,
      [corp.id, externalUserId],
    );
    const shop = await newCustomer([{ kind: 'unionid', value: 'u-follow' }]);
    const crm = await newCustomer([{ kind: 'external_userid', value: externalUserId }]);
    await world.http.get(FollowMirror).follow(corp.id);
    expect(await personOf(contact?.id ?? '')).toEqual([contact?.id ?? '', shop, crm].sort());
  });

  it('are suggested where a name and something more agree, until a human says no', async () => {
    const a = await newCustomer([{ kind: 'phone', value: '13655550123' }], { name: '诸葛建国' });
    const b = await newCustomer([{ kind: 'phone', value: '13866660123' }], { name: '诸葛建国' });
    const c = await newCustomer([{ kind: 'phone', value: '13866660999' }], { name: '诸葛建国' });
    await world.http.get(FollowNames).follow(corp.id);
    const suggested = async () => (await call('GET', `/v1/persons/${per(a)}/duplicates`)).json().items;
    expect(await suggested()).toEqual([{ customerId: cus(b), agreements: ['phone_tail'] }]);
    expect(await personOf(a)).toEqual([a]);
    await call('POST', '/v1/persons/merge', { customerIds: [cus(a), cus(b)] }, approveKey);
    expect(await suggested()).toEqual([]);
    await call('POST', `/v1/persons/${per(a)}/unmerge`, { customerIds: [cus(b)] }, approveKey);
    expect(await suggested()).toEqual([]);
    expect(await personOf(c)).toEqual([c]);
  });

  it('answer 404 to a guessed, foreign or malformed id, and change nothing', async () => {
    const own = cus(await newCustomer());
    for (const uuid of [randomUUID(), foreign.customer]) {
      const [customer, person] = [cus(uuid), per(uuid)];
      const calls = [
        call('GET', `/v1/persons/${person}`),
        call('GET', `/v1/persons/${person}/duplicates`),
        call('POST', `/v1/persons/${person}/unmerge`, { customerIds: [customer] }, approveKey),
        call('POST', '/v1/persons/merge', { customerIds: [own, customer] }, approveKey),
        call('GET', `/v1/customers/${customer}/identifiers`),
        call('POST', `/v1/customers/${customer}/identifiers`, {
          identifiers: [{ kind: 'phone', value: '13900001111' }],
        }),
        call('DELETE', `/v1/customers/${customer}/identifiers/${toPublicId('ident', uuid)}`),
        call('DELETE', `/v1/customers/${own}/identifiers/${toPublicId('ident', uuid)}`),
        call('DELETE', `/v1/blocked-identifiers/${toPublicId('idblock', uuid)}`),
      ];
      for (const answer of await Promise.all(calls)) {
        expect(answer.statusCode).toBe(404);
        expect(answer.json().code).toMatch(/_not_found$|\.not_found$/);
      }
    }
    expect((await call('GET', '/v1/persons/per_no')).statusCode).toBe(404);
  });
});

describe('personal data on request', () => {
  it('every table that names a customer, a relation or a contact is known to export and erasure', async () => {
    const tables = await corp.sql<{ name: string }>(
      `SELECT DISTINCT format('%s.%s', n.nspname, c.relname) AS name FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE n.nspname = 'customers' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0
          AND (a.attname ~ '^customer_(id|a|b)$' OR a.attname IN ('relation_id', 'external_user_id', 'wecom_id'))
        ORDER BY 1`,
    );
    const walks = ['customers.identity_positions', 'customers.name_positions']; // how far a walk has come
    expect(tables.map(({ name }) => name).filter((name) => !walks.includes(name))).toEqual(
      PERSON_TABLES.map(({ name }) => name).sort(),
    );
  });

  it('is handed out whole, then gone from every table, while what others point at stays', async () => {
    const externalUserId = 'wmCanaryContact01';
    const a = await newCustomer([{ kind: 'phone', value: PHONE }], {
      externalUserId,
      name: NAME,
      unionId: 'u-canary',
    });
    const b = await newCustomer([
      { kind: 'phone', value: PHONE },
      { kind: 'email', value: EMAIL },
    ]);
    await plant(a);
    const revealKey = await world.http.corpKey(corp.id, ['customers:reveal']);
    const exported = await call('POST', `/v1/persons/${per(b)}/export`, {}, revealKey);
    for (const value of [NAME, PHONE, EMAIL, 'canary-remark', 'canary-field', 'canary-order'])
      expect(exported.body).toContain(value);
    expect(exported.body).not.toContain('_sealed');
    const erase = (body: object) => call('POST', `/v1/persons/${per(b)}/erase`, body, approveKey);
    expect((await erase({})).json().code).toBe('customers.person_still_followed');
    const canaries = [NAME, PHONE, EMAIL, '139****5671', 'canary', 'Canary', 'u-canary'];
    expect((await traces(canaries)).length).toBeGreaterThan(5); // the search finds what is there
    const forgotten: string[] = [];
    world.http.get(ContactErasures).register(async (ids) => void forgotten.push(...ids));
    const erased = await erase({ force: true });
    expect(erased.json().customerIds.sort()).toEqual([cus(a), cus(b)].sort());
    expect(forgotten).toEqual([externalUserId]);
    expect(await traces(canaries)).toEqual([]);
    const [ledger] = await corp.sql(
      `SELECT amount, customer_id AS customer FROM customers.behaviour_events WHERE corp_id = $1 AND external_id = 'order-1'`,
      [corp.id],
    );
    expect(ledger).toEqual({ amount: 990, customer: a });
    expect(await personOf(a)).toEqual([a]);
    expect((await call('GET', `/v1/customers/${cus(a)}`)).json()).toMatchObject({
      name: null,
      relations: [],
    });
    expect(
      (await call('POST', `/v1/persons/${per(foreign.customer)}/erase`, {}, approveKey)).statusCode,
    ).toBe(404);
    expect(
      (await call('POST', `/v1/persons/${per(foreign.customer)}/export`, {}, revealKey)).statusCode,
    ).toBe(404);
  });

  it('does not come back with who read it before it was erased', async () => {
    const contact = { externalUserId: 'wmErased01', unionId: 'u-erased', name: '钱归来' };
    const a = await newCustomer([], contact);
    await world.http.get(FollowNames).follow(corp.id);
    const identifiers = world.http.get(Identifiers);
    const lock = jest.spyOn(world.http.get(IdentityLocks), 'lockValues').mockImplementationOnce(async () => {
      await outside(() => world.http.get(ErasePerson).erase(a, true));
    });
    await world.http.get(FollowMirror).follow(corp.id); // has read the contact when it is erased
    lock.mockRestore();
    const rows = (table: string) =>
      corp.sql(`SELECT FROM customers.${table} WHERE corp_id = $1 AND customer_id = $2`, [corp.id, a]);
    for (const table of ['identifiers', 'name_grams', 'search_names', 'field_values'])
      expect([table, await rows(table)]).toEqual([table, []]);
    const told = { customerId: a, kind: 'email' as const, value: 'back@example.com' };
    const inUnit = <T>(work: () => Promise<T>) => world.http.get(UnitOfWork).run(corp.id, work);
    await expect(inUnit(() => identifiers.add([told], 'crm'))).rejects.toMatchObject({
      code: 'customers.customer_erased',
    });
    const changes = [{ customerId: a, field: 'name', value: '钱归来' }];
    const written = await inUnit(() =>
      world.http.get(WriteFields).write(changes, { source: 'crm', by: 'test' }),
    );
    expect(written).toEqual([{ ok: false, problem: { code: 'gone' } }]);
  });

  /** A relation with a remark and a tag, a field, a timeline entry and an order. */
  async function plant(id: string): Promise<void> {
    const relation = randomUUID();
    await corp.sql(
      `INSERT INTO customers.follow_relations (corp_id, id, customer_id, staff_user_id, staff_key, remark, fetched_at,
              created_at, updated_at) VALUES ($1, $2, $3, 'S1', 's1', 'canary-remark', now(), now(), now())`,
      [corp.id, relation, id],
    );
    await corp.sql(
      `INSERT INTO customers.relation_tags (corp_id, relation_id, kind, tag, name, customer_id)
       VALUES ($1, $2, 'personal', 'canary-tag', 'canary-tag', $3)`,
      [corp.id, relation, id],
    );
    await corp.sql(
      `INSERT INTO customers.field_values (corp_id, customer_id, field_key, source, value, text_value, confidence,
              observed_at, written_at, written_by, wins)
       VALUES ($1, $2, 'note', 'crm', '"canary-field"', 'canary-field', 50, now(), now(), 'test', true)`,
      [corp.id, id],
    );
    await corp.sql(
      `INSERT INTO customers.timeline_entries (corp_id, customer_id, at, id, type, facts)
       VALUES ($1, $2, now(), $3, 'note', '{"text": "canary-entry"}')`,
      [corp.id, id, randomUUID()],
    );
    await corp.sql(
      `INSERT INTO customers.behaviour_events (corp_id, id, at, customer_id, type, source, external_id, revision, data,
              order_id, amount, recorded_at)
       VALUES ($1, $2, now(), $3, 'order_paid', 'shop', 'order-1', 1, '{"address": "canary-order"}', 'order-1', 990, now())`,
      [corp.id, randomUUID(), id],
    );
  }

  /** Tables of the whole database, answers kept for repeated requests excepted, whose rows show one of these texts. */
  async function traces(values: string[]): Promise<string[]> {
    const tables = await corp.sql<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'idempotency_keys'`,
    );
    const found = [];
    for (const { name } of tables) {
      const [row] = await corp.sql<{ hit: boolean }>(
        `SELECT EXISTS (SELECT FROM ${name} t WHERE EXISTS (
           SELECT FROM unnest($1::text[]) AS v WHERE position(v IN t::text) > 0)) AS hit`,
        [values],
      );
      if (row?.hit) found.push(name);
    }
    return found;
  }
});
