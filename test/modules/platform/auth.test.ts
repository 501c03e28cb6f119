import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { ApiKeys } from '../../../src/platform/auth/api-keys.js';
import { makeKeyText, parseKeyText } from '../../../src/platform/auth/key-text.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

let http: TestHttp;
let corp: Awaited<ReturnType<TestHttp['addCorp']>>;
beforeAll(async () => {
  http = await startTestHttp();
  corp = await http.addCorp();
});
afterAll(async () => http.close());

const create = (payload: object = { name: 'CRM', owner: 'it', scopes: ['customers:read'] }, headers = {}) =>
  http.call(http.operatorKey, { method: 'POST', url: `/v1/corps/${corp.publicId}/keys`, payload, headers });
const list = (key = http.operatorKey, query = '') =>
  http.call(key, { method: 'GET', url: `/v1/corps/${corp.publicId}/keys${query}` });
const rotate = (id: string, payload: object = {}) =>
  http.call(http.operatorKey, {
    method: 'POST',
    url: `/v1/corps/${corp.publicId}/keys/${id}/rotate`,
    payload,
  });
const codeOf = (answer: { json(): unknown }) => (answer.json() as { code?: string }).code;
/** A corp key may not list keys: 403 proves that it was accepted, 401 that it was not. */
const accepts = async (key: string) => (await list(key)).statusCode === 403;

describe('api keys', () => {
  it('are shown once and stored as a hash', async () => {
    const answer = await create();
    expect(answer.statusCode).toBe(201);
    const { key, prefix, id } = answer.json();
    expect(key).toMatch(/^scrm_corp_[0-9a-z]{26}_[0-9A-Za-z]{38}$/);
    expect(key.startsWith(`${prefix}_`)).toBe(true);
    expect(await accepts(key)).toBe(true);
    const { items } = (await list()).json();
    expect(items.find((item: { id: string }) => item.id === id)).not.toHaveProperty('key');
    const [dump] = await http.sql<{ text: string }>(
      'SELECT string_agg(k::text, $1) AS text FROM platform.api_keys k',
      ['\n'],
    );
    expect(dump?.text).not.toContain(key.slice(-38));
  });

  it('turn away a mistyped key without asking the database', async () => {
    const read = jest.spyOn(http.get(UnitOfWork), 'read');
    const { key } = (await create()).json();
    const typo = `${key.slice(0, 45)}${key[45] === 'x' ? 'y' : 'x'}${key.slice(46)}`;
    expect(parseKeyText(typo)).toBeUndefined();
    for (let index = 0; index < 5; index++) expect(codeOf(await list(typo))).toBe('auth.key_invalid');
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  });

  it('refuse a made-up secret under the id of a real key', async () => {
    const { key } = (await create()).json();
    const { id = '' } = parseKeyText(key) ?? {};
    expect(await accepts(key)).toBe(true);
    for (const kind of ['corp', 'operator'] as const) {
      const forged = makeKeyText(kind, id);
      expect(parseKeyText(forged)).toMatchObject({ id, kind }); // well-formed: only the secret is wrong
      expect(codeOf(await list(forged))).toBe('auth.key_invalid');
    }
  });

  it('refuse unknown, expired and revoked keys in the same words', async () => {
    const unknown = makeKeyText('corp', randomUUID());
    const issued = await create({ name: 'short', owner: 'it', scopes: ['staff:read'], expiresInDays: 1 });
    const revoked = (await create()).json();
    expect(await accepts(revoked.key)).toBe(true);
    const gone = await http.call(http.operatorKey, {
      method: 'DELETE',
      url: `/v1/corps/${corp.publicId}/keys/${revoked.id}`,
    });
    expect(gone.statusCode).toBe(204);
    expect(await accepts(issued.json().key)).toBe(true);
    http.clock.advance(86_400_000);
    const answers = await Promise.all([unknown, issued.json().key, revoked.key].map((key) => list(key)));
    for (const answer of answers) {
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ code: 'auth.key_invalid', title: answers[0]?.json().title });
    }
  });

  it('stop working at once where they are revoked, and within a second elsewhere', async () => {
    const { key } = (await create()).json();
    const here = (await create()).json();
    expect([await accepts(key), await accepts(here.key)]).toEqual([true, true]);
    await http.call(http.operatorKey, {
      method: 'DELETE',
      url: `/v1/corps/${corp.publicId}/keys/${here.id}`,
    });
    expect((await list(here.key)).statusCode).toBe(401);
    // another process: it changes the row, and this process' memory does not hear of it
    const uuid = parseKeyText(key)?.id;
    await http.sql('UPDATE platform.api_keys SET revoked_at = now() WHERE id = $1', [uuid]);
    http.clock.advance(1_000);
    expect((await list(key)).statusCode).toBe(401);
  });

  it('stop working within a second also when the clock of this process was set back', async () => {
    const { key } = (await create()).json();
    expect(await accepts(key)).toBe(true);
    await http.sql('UPDATE platform.api_keys SET revoked_at = now() WHERE id = $1', [parseKeyText(key)?.id]);
    http.clock.advance(-3_600_000);
    expect((await list(key)).statusCode).toBe(401);
    http.clock.advance(3_600_000);
  });

  it('see no other corp: it looks like one that does not exist', async () => {
    const other = await http.addCorp();
    const key = await http.corpKey(corp.id, ['connections:read']);
    const answers = await Promise.all(
      [other.publicId, 'corp_01jd3q4mfaeq6v5c0qd8y3y5za', 'nonsense'].map((id) =>
        http.call(http.operatorKey, {
          method: 'POST',
          url: `/v1/corps/${id}/keys/key_01jd3q4mfaeq6v5c0qd8y3y5za/rotate`,
          payload: {},
        }),
      ),
    );
    expect(answers.map((answer) => answer.statusCode)).toEqual([404, 404, 404]);
    expect(
      (await http.call(key, { method: 'GET', url: `/v1/corps/${other.publicId}/keys` })).statusCode,
    ).toBe(403);
  });

  it('are issued, revoked and rotated under their own corp only', async () => {
    const { key, id } = (await create()).json();
    const other = await http.addCorp();
    const under = (publicId: string, method: string, rest = '') =>
      http.call(http.operatorKey, {
        method,
        url: `/v1/corps/${publicId}/keys${rest}`,
        ...(method === 'POST' && {
          payload: rest ? {} : { name: 'CRM', owner: 'it', scopes: ['staff:read'] },
        }),
      });
    expect(codeOf(await under(other.publicId, 'DELETE', `/${id}`))).toBe('auth.key_not_found');
    expect(codeOf(await under(other.publicId, 'POST', `/${id}/rotate`))).toBe('auth.key_not_found');
    expect(codeOf(await under('corp_01jd3q4mfaeq6v5c0qd8y3y5za', 'POST'))).toBe('auth.corp_not_found');
    expect(await accepts(key)).toBe(true);
  });

  it('write the time of use at most once a minute', async () => {
    const { key } = (await create()).json();
    const lastUsed = async () =>
      (
        await http.sql<{ at: Date }>('SELECT last_used_at AS at FROM platform.api_keys WHERE id = $1', [
          parseKeyText(key)?.id,
        ])
      )[0]?.at;
    await list(key);
    const first = await lastUsed();
    expect(first).toEqual(http.clock.now());
    http.clock.advance(59_000);
    await list(key);
    expect(await lastUsed()).toEqual(first);
    http.clock.advance(2_000);
    await list(key);
    expect(await lastUsed()).toEqual(http.clock.now());
  });

  it('are listed page by page with a cursor that fits no other corp', async () => {
    const seen = new Set<string>();
    let query = '?limit=2';
    let cursor: string | undefined;
    do {
      const page = (await list(http.operatorKey, query)).json();
      for (const { id } of page.items) seen.add(id);
      cursor = page.nextCursor;
      query = `?limit=2&cursor=${cursor}`;
      if (cursor) {
        const other = await http.addCorp();
        const foreign = await http.call(http.operatorKey, {
          method: 'GET',
          url: `/v1/corps/${other.publicId}/keys${query}`,
        });
        expect(codeOf(foreign)).toBe('http.cursor_invalid');
      }
    } while (cursor);
    const [all] = await http.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM platform.api_keys WHERE corp_id = $1',
      [corp.id],
    );
    expect(seen.size).toBe(all?.n);
  });
});

describe('rotation', () => {
  it('keeps the old key alive for the overlap', async () => {
    const old = (await create()).json();
    const next = (await rotate(old.id, { overlapHours: 2 })).json();
    expect(next.rotatedFrom).toBe(old.id);
    expect([await accepts(old.key), await accepts(next.key)]).toEqual([true, true]);
    http.clock.advance(2 * 3_600_000);
    expect([await accepts(old.key), await accepts(next.key)]).toEqual([false, true]);
  });

  it('keeps the stores that the key is bound to', async () => {
    const bound = {
      name: 'till',
      owner: 'shop',
      scopes: ['staff:read'],
      storeCodes: ['SH-02', 'SH-01', 'SH-02'],
    };
    const old = (await create(bound)).json();
    expect(old.storeCodes).toEqual(['SH-01', 'SH-02']);
    expect((await rotate(old.id)).json().storeCodes).toEqual(old.storeCodes);
    expect((await create()).json().storeCodes).toBeNull();
    expect((await create({ ...bound, storeCodes: [] })).statusCode).toBe(400);
  });

  it('without an overlap ends the old key at once', async () => {
    const old = (await create()).json();
    expect(await accepts(old.key)).toBe(true);
    await rotate(old.id, { overlapHours: 0 });
    expect((await list(old.key)).statusCode).toBe(401);
  });

  it('lets no key live longer than it was issued for', async () => {
    const days = { name: 'short', owner: 'it', scopes: ['staff:read'], expiresInDays: 1 };
    const old = (await create(days)).json();
    http.clock.advance(3_600_000);
    const next = (await rotate(old.id, { overlapHours: 720 })).json();
    http.clock.advance(23 * 3_600_000);
    expect([await accepts(old.key), await accepts(next.key)]).toEqual([false, true]);
    http.clock.advance(3_600_000);
    expect(await accepts(next.key)).toBe(false);
  });

  it('takes a third key only when one of the two is gone', async () => {
    const first = (await create()).json();
    const second = (await rotate(first.id)).json();
    expect(codeOf(await rotate(second.id))).toBe('auth.rotation_running');
    http.clock.advance(24 * 3_600_000);
    expect(codeOf(await rotate(first.id))).toBe('auth.key_not_live');
    expect((await rotate(second.id)).statusCode).toBe(201);
  });

  it('raced by ten ends with two live keys', async () => {
    const { id } = (await create()).json();
    const answers = await Promise.all(Array.from({ length: 10 }, () => rotate(id)));
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
    expect(new Set(answers.filter(({ statusCode }) => statusCode !== 201).map(codeOf))).toEqual(
      new Set(['auth.rotation_running']),
    );
  });

  it('is held to two by the database itself', async () => {
    const first = (await create()).json();
    await rotate(first.id);
    const uuid = parseKeyText(first.key)?.id;
    const third = http.sql(
      `INSERT INTO platform.api_keys (id, kind, corp_id, lineage_id, slot, owner, name, scopes, hash, created_at)
       SELECT gen_random_uuid(), kind, corp_id, lineage_id, 1, owner, name, scopes, hash, now() FROM platform.api_keys WHERE id = $1`,
      [uuid],
    );
    await expect(third).rejects.toMatchObject({ code: '23505', constraint: 'api_keys_two_live' });
  });
});

describe('the gate', () => {
  const ask = (url: string, headers: Record<string, string> = {}) =>
    http.app.inject({ method: 'GET', url, headers });

  it.each([
    '/v1/nothing',
    '/',
    '/docs',
    '/docs/swagger-ui.css',
    '/openapi.json',
    '/metrics',
    '/v1/corps',
    '/healthz/more',
    '/readyzs',
    '/v1/callbacks/x',
  ])('asks for a key at %s', async (url) => {
    const answer = await ask(url);
    expect(answer.statusCode).toBe(401);
    expect(answer.json().code).toBe('auth.key_required');
    expect(answer.headers['www-authenticate']).toEqual([
      expect.stringMatching(/^Bearer/),
      expect.stringMatching(/^Basic/),
    ]);
  });

  it('lets health and callbacks through', async () => {
    expect((await ask('/healthz')).statusCode).toBe(200);
    expect((await ask('/readyz')).json()).toEqual({
      status: 'ready',
      checks: { database: 'ok', migrations: 'ok' },
    });
    expect((await ask('/callbacks/unknown')).statusCode).toBe(404);
  });

  it('takes the key as a Basic password for reading only', async () => {
    const key = await http.corpKey(corp.id, ['staff:read']);
    const authorization = `Basic ${Buffer.from(`anything:${key}`).toString('base64')}`;
    expect((await ask('/docs', { authorization })).headers['content-type']).toBe('text/html; charset=utf-8');
    expect((await ask('/docs/swagger-ui-bundle.js', { authorization })).statusCode).toBe(200);
    expect((await ask('/openapi.json', { authorization })).json().openapi).toBe('3.1.0');
    const post = await http.app.inject({ method: 'POST', url: '/v1/nothing', headers: { authorization } });
    expect(post.statusCode).toBe(401);
    expect(post.headers['www-authenticate']).toEqual(['Bearer realm="wecom-scrm"']);
  });

  it('shows metrics to operators only', async () => {
    const key = await http.corpKey(corp.id, ['staff:read']);
    expect(codeOf(await http.call(key, { method: 'GET', url: '/metrics' }))).toBe('auth.scope_missing');
    const answer = await http.call(http.operatorKey, { method: 'GET', url: '/metrics' });
    expect(answer.body).toContain(
      'http_request_duration_seconds_count{operation="keys.create",status="201"}',
    );
  });

  it('lets operators reach nothing but their own endpoints, and corp keys not those', async () => {
    const key = await http.corpKey(corp.id, ['connections:write', 'connections:read']);
    expect(codeOf(await list(key))).toBe('auth.scope_missing');
  });

  it('issues no operator key to a corp', async () => {
    const issued = await http.get(ApiKeys).createOperatorKey({ owner: 'ops', expiresInDays: 1 });
    expect(issued.row).toMatchObject({ kind: 'operator', corpId: null, scopes: [] });
  });
});
