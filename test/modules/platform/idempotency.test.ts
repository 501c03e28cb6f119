import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { ApiKeys } from '../../../src/platform/auth/api-keys.js';
import { parseKeyText } from '../../../src/platform/auth/key-text.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';
import { createProbeTable, ProbeBehaviour, ProbeModule } from './probe.js';

const ORDER = { name: 'tea', main: { sku: 'A1', count: 1 } };
let http: TestHttp;
let corp: Awaited<ReturnType<TestHttp['addCorp']>>;
let key: string;

beforeAll(async () => {
  http = await startTestHttp([ProbeModule]);
  await createProbeTable(http.database.ownerUrl);
});
afterAll(async () => http.close());
beforeEach(async () => {
  corp = await http.addCorp();
  key = await http.corpKey(corp.id, ['customers:write', 'customers:read']);
  http.get(ProbeBehaviour).afterEffect = async () => undefined;
});

const order = (idempotencyKey: string, payload: object = ORDER, withKey = key) =>
  http.call(withKey, {
    method: 'POST',
    url: '/v1/probe/orders',
    payload,
    headers: { 'idempotency-key': idempotencyKey },
  });
const effects = async () => {
  const { effects: n } = (await order(randomUUID(), { ...ORDER, name: 'counting' })).json();
  return n - 1;
};
const auditOf = () =>
  http
    .sql<{ action: string; status: number; request_id: string; actor_id: string; target: object }>(
      `SELECT set_config('app.corp_id', $1, false)`,
      [corp.id],
    )
    .then(() =>
      http.sql<{ action: string; status: number; request_id: string; actor_id: string; target: object }>(
        'SELECT action, status, request_id, actor_id, target FROM platform.audit_entries ORDER BY id',
      ),
    );

describe('a POST with an Idempotency-Key', () => {
  it.each([undefined, '', ' ', 'ä', 'x'.repeat(256), 'a b'])(
    'is refused without a good one: %j',
    async (header) => {
      const answer = await http.app.inject({
        method: 'POST',
        url: '/v1/probe/orders',
        payload: ORDER,
        headers: {
          authorization: `Bearer ${key}`,
          ...(header !== undefined && { 'idempotency-key': header }),
        },
      });
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'http.idempotency_key_required']);
      expect(await effects()).toBe(0);
    },
  );

  it('answers a repetition like the first, without a second effect', async () => {
    const id = 'x'.repeat(255);
    const first = await order(id);
    const second = await order(id);
    expect([first.statusCode, first.headers['idempotency-replayed']]).toEqual([201, undefined]);
    expect([second.statusCode, second.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect(second.body).toBe(first.body);
    expect(await effects()).toBe(1);
  });

  it('refuses another body or path under the same key', async () => {
    const id = randomUUID();
    await order(id);
    expect((await order(id, { ...ORDER, name: 'coffee' })).json().code).toBe('http.idempotency_key_reused');
    const other = await http.call(key, {
      method: 'POST',
      url: '/v1/probe/orders?x=1',
      payload: ORDER,
      headers: { 'idempotency-key': id },
    });
    expect([other.statusCode, other.json().code]).toEqual([422, 'http.idempotency_key_reused']);
  });

  it('stores nothing when it fails, so that it may be repeated', async () => {
    const id = randomUUID();
    expect((await order(id, { ...ORDER, name: 'sold out' })).statusCode).toBe(409);
    expect((await order(id)).statusCode).toBe(201);
    expect(await effects()).toBe(1);
  });

  it('raced by twenty has one effect', async () => {
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => order(id)));
    const codes = new Set(answers.map((answer) => (answer.statusCode === 201 ? 'done' : answer.json().code)));
    expect([...codes].filter((code) => code !== 'done' && code !== 'http.idempotency_in_progress')).toEqual(
      [],
    );
    const firsts = answers.filter(
      (answer) => answer.statusCode === 201 && !answer.headers['idempotency-replayed'],
    );
    expect(firsts).toHaveLength(1);
    expect(await effects()).toBe(1);
  });

  it('tells a second one to wait while the first runs', async () => {
    const id = randomUUID();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    http.get(ProbeBehaviour).afterEffect = () => (entered(), held);
    const first = order(id);
    await inside;
    const second = await order(id);
    expect([second.statusCode, second.json().code, second.headers['retry-after']]).toEqual([
      409,
      'http.idempotency_in_progress',
      '2',
    ]);
    release();
    expect((await first).statusCode).toBe(201);
  });

  it('doubles nothing when a deadlock makes the work run again', async () => {
    let runs = 0;
    http.get(ProbeBehaviour).afterEffect = async () => {
      if (++runs === 1) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    };
    const id = randomUUID();
    const answer = await order(id);
    expect([runs, answer.statusCode]).toEqual([2, 201]);
    http.get(ProbeBehaviour).afterEffect = async () => undefined;
    expect(await auditOf()).toHaveLength(1);
    expect((await order(id)).headers['idempotency-replayed']).toBe('true');
    expect(await effects()).toBe(1);
  });

  it('belongs to the owner: other owners have their own, a rotated key has the same', async () => {
    const id = randomUUID();
    await order(id);
    const stranger = await http.corpKey(corp.id, ['customers:write'], 'someone-else');
    expect((await order(id, ORDER, stranger)).headers['idempotency-replayed']).toBeUndefined();
    const rotated = await http.get(ApiKeys).rotate(corp.id, parseKeyText(key)?.id ?? '', 1);
    expect((await order(id, ORDER, rotated.key)).headers['idempotency-replayed']).toBe('true');
  });

  it('shows one corp no answer of another whose owner has the same name', async () => {
    const id = randomUUID();
    await order(id);
    const other = await http.addCorp();
    const foreign = await http.corpKey(other.id, ['customers:write']);
    const answer = await order(id, ORDER, foreign);
    expect([answer.statusCode, answer.headers['idempotency-replayed']]).toEqual([201, undefined]);
  });

  it('keeps no secret: a repetition says so', async () => {
    const call = () =>
      http.call(http.operatorKey, {
        method: 'POST',
        url: `/v1/corps/${corp.publicId}/keys`,
        payload: { name: 'x', owner: 'y', scopes: ['staff:read'] },
        headers: { 'idempotency-key': 'only-once' },
      });
    const { key: secret } = (await call()).json();
    const again = await call();
    expect([again.statusCode, again.json().code]).toEqual([409, 'http.idempotency_secret_not_kept']);
    const [stored] = await http.sql<{ text: string }>(
      `SELECT string_agg(k::text, ',') AS text FROM platform.idempotency_keys k`,
    );
    expect(stored?.text).not.toContain(secret.slice(-20));
  });

  it('is forgotten after seven days', async () => {
    const id = randomUUID();
    await order(id);
    const purge = async () => {
      const handler = http
        .get(JobHandlers)
        .all()
        .find(({ name }) => name === 'platform.purge_idempotency_keys');
      await handler?.handle({}, { attempt: 1, attemptsMax: 1, signal: new AbortController().signal });
    };
    http.clock.advance(7 * 86_400_000 - 1_000);
    await purge();
    expect((await order(id)).headers['idempotency-replayed']).toBe('true');
    http.clock.advance(2_000);
    await purge();
    expect((await order(id)).headers['idempotency-replayed']).toBeUndefined();
  });
});

describe('the audit trail', () => {
  it('has one entry for each write, with who, what, which and how it ended', async () => {
    await http.call(key, {
      method: 'POST',
      url: '/v1/probe/orders',
      payload: ORDER,
      headers: { 'x-request-id': 'trace-0002' },
    });
    await order(randomUUID(), { ...ORDER, name: 'sold out' });
    await order(randomUUID(), { ...ORDER, extra: 1 });
    await http.call(key, { method: 'PATCH', url: '/v1/probe/orders/13800138000' });
    await http.call(key, { method: 'DELETE', url: '/v1/probe/orders' });
    await http.call(key, { method: 'GET', url: '/v1/probe/search' });
    const entries = await auditOf();
    expect(entries.map(({ action, status }) => [action, status])).toEqual([
      ['probe.order', 201],
      ['probe.order', 409],
      ['probe.order', 400],
      ['probe.rename', 200],
      ['probe.clear', 204],
    ]);
    expect(entries[0]).toMatchObject({ request_id: 'trace-0002', actor_id: expect.stringMatching(/^key_/) });
    expect(entries[3]?.target).toEqual({ name: '?' });
  });

  it('names the corp for what an operator did to it, and what he made', async () => {
    const made = await http.call(http.operatorKey, {
      method: 'POST',
      url: `/v1/corps/${corp.publicId}/keys`,
      payload: { name: 'x', owner: 'y', scopes: ['staff:read'] },
    });
    expect(await auditOf()).toMatchObject([
      { action: 'keys.create', status: 201, target: { corpId: corp.publicId, made: made.json().id } },
    ]);
  });

  it('keeps with the operators what an operator was refused', async () => {
    await http.call(http.operatorKey, {
      method: 'POST',
      url: `/v1/corps/${corp.publicId}/keys/key_01jd3q4mfaeq6v5c0qd8y3y5za/rotate`,
      payload: {},
    });
    expect(await auditOf()).toEqual([]);
    const [last] = await http.sql(
      'SELECT action, status FROM platform.operator_audit_entries ORDER BY id DESC LIMIT 1',
    );
    expect(last).toEqual({ action: 'keys.rotate', status: 404 });
  });

  it('cannot be changed: not by the application, not by the owner of the table', async () => {
    await order(randomUUID());
    const app = new Client({ connectionString: http.database.appUrl });
    await app.connect();
    for (const table of ['platform.audit_entries', 'platform.operator_audit_entries']) {
      for (const change of [
        `UPDATE ${table} SET action = 'x'`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
      ]) {
        await expect(app.query(change)).rejects.toMatchObject({ code: '42501' });
      }
    }
    await app.end();
    await auditOf(); // sets the corp for the owner, so that rows are seen at all
    await expect(http.sql(`DELETE FROM platform.audit_entries`)).rejects.toThrow('append-only');
    await expect(http.sql(`UPDATE platform.operator_audit_entries SET action = 'x'`)).rejects.toThrow(
      'append-only',
    );
    await expect(http.sql(`TRUNCATE platform.operator_audit_entries`)).rejects.toThrow('append-only');
  });
});
