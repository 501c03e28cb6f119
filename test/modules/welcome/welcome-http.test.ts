import { randomUUID } from 'node:crypto';
import { startWelcomeWorld, type WelcomeWorld } from './welcome-world.js';

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(64, 1)]);
const JPG = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(64, 2)]);
const MP4 = Buffer.concat([Buffer.from('00000018', 'hex'), Buffer.from('ftypmp42'), Buffer.alloc(64, 3)]);
const MIB = 1024 * 1024;
const DAY_S = 86_400;

let welcome: WelcomeWorld;

beforeAll(async () => {
  welcome = await startWelcomeWorld('welcome-http');
});
afterAll(async () => welcome.world.close());

const call: WelcomeWorld['call'] = (...args) => welcome.call(...args);
const rule = (body: object) => call('POST', '/v1/welcome-rules', { scope: 'corp', ...body });
const upload = async (
  kind: string,
  bytes: Buffer,
  options: { name?: string; contentType?: string; idempotencyKey?: string } = {},
) => {
  const { name = 'a.png', contentType = 'application/octet-stream' } = options;
  const response = await welcome.world.http.call(welcome.key, {
    method: 'POST',
    url: `/v1/welcome-files?kind=${kind}&name=${encodeURIComponent(name)}`,
    payload: bytes,
    headers: {
      'content-type': contentType,
      ...(options.idempotencyKey && { 'idempotency-key': options.idempotencyKey }),
    },
  });
  return { status: response.statusCode, body: response.json<any>(), headers: response.headers };
};
const uploadJobs = () => welcome.world.runJobs('welcome.upload_file');
const file = async (id: string) => (await call('GET', `/v1/welcome-files/${id}`)).body;

describe('welcome rules', () => {
  afterEach(async () => {
    const { body } = await call('GET', '/v1/welcome-rules?limit=200');
    for (const { id } of body.items) await call('DELETE', `/v1/welcome-rules/${id}`);
  });

  it('are made, shown, replaced and deleted', async () => {
    const userId = welcome.userIds[0] ?? '';
    const made = await rule({ scope: 'staff', staffUserId: userId, text: '您好' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        scope: 'staff',
        staffUserId: userId,
        departmentId: null,
        enabled: true,
        silent: false,
        text: '您好',
        attachments: [],
      },
    });
    const url = `/v1/welcome-rules/${made.body.id}`;
    expect((await call('GET', url)).body).toEqual(made.body);
    expect((await call('GET', '/v1/welcome-rules')).body.items).toEqual([made.body]);
    const attachments = [{ kind: 'miniprogram', title: '商城', appId: 'wx1', page: 'index', mediaId: 'm1' }];
    expect(await call('PUT', url, { attachments, enabled: false })).toMatchObject({
      status: 200,
      body: { text: null, attachments, enabled: false, scope: 'staff' },
    });
    expect((await call('DELETE', url)).status).toBe(204);
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await call(method, url)).toMatchObject({
        status: 404,
        body: { code: 'welcome.rule_not_found' },
      });
    }
  });

  it('are one for each target', async () => {
    expect((await rule({ text: 'a' })).status).toBe(201);
    expect((await rule({ scope: 'department', departmentId: 1, text: 'a' })).status).toBe(201);
    expect(await rule({ text: 'b' })).toMatchObject({ status: 409, body: { code: 'welcome.rule_exists' } });
    expect(await rule({ scope: 'department', departmentId: 1, text: 'b' })).toMatchObject({
      body: { code: 'welcome.rule_exists' },
    });
  });

  it.each([
    [{ scope: 'staff', text: 'a' }, 'target_invalid'],
    [{ scope: 'corp', staffUserId: 'a', text: 'a' }, 'target_invalid'],
    [{ scope: 'department', text: 'a' }, 'target_invalid'],
    [{ scope: 'department', departmentId: 1, staffUserId: 'a', text: 'a' }, 'target_invalid'],
    [{ scope: 'staff', staffUserId: 'nobody', text: 'a' }, 'staff_unknown'],
    [{ scope: 'department', departmentId: 4_000_000, text: 'a' }, 'department_unknown'],
    [{}, 'content_missing'],
    [{ silent: true, text: 'a' }, 'content_missing'],
    [{ text: '{顾客}您好' }, 'placeholder_unknown'],
    [{ text: '好'.repeat(1334) }, 'text_too_long'],
    [{ text: `${'x'.repeat(3905)}{customer_name}` }, 'text_too_long'],
    [{ attachments: [{ kind: 'link', title: 't' }] }, 'attachment_invalid'],
    [{ attachments: [{ kind: 'image', fileId: 'wfile_01jd3q4mfaeq6v5c0qd8y3y5za' }] }, 'file_unknown'],
  ])('are refused when they are wrong: %#', async (body, code) => {
    expect(await rule(body)).toMatchObject({ status: 422, body: { code: `welcome.${code}` } });
  });

  it('hold as much as WeCom takes, and no more attachments', async () => {
    const link = { kind: 'link', title: 't', url: 'https://example.com' };
    const text = `${'x'.repeat(3904)}{customer_name}`;
    const full = await rule({ text, attachments: Array.from({ length: 9 }, () => link) });
    expect(full.status).toBe(201);
    expect(
      await call('PUT', `/v1/welcome-rules/${full.body.id}`, {
        attachments: Array.from({ length: 10 }, () => link),
      }),
    ).toMatchObject({ status: 400, body: { code: 'http.validation_failed' } });
  });

  it('are shown to their own corp only, and to keys that may', async () => {
    const { body } = await rule({ text: 'a' });
    const { id } = await welcome.world.http.addCorp();
    const foreign = await welcome.world.http.corpKey(id, ['welcome:read', 'welcome:write']);
    const url = `/v1/welcome-rules/${body.id}`;
    expect((await call('GET', url, undefined, foreign)).status).toBe(404);
    expect((await call('PUT', url, { text: 'b' }, foreign)).status).toBe(404);
    expect((await call('DELETE', url, undefined, foreign)).status).toBe(404);
    expect((await call('GET', '/v1/welcome-rules', undefined, foreign)).body.items).toEqual([]);
    const reader = await welcome.world.http.corpKey(welcome.world.corpId, ['welcome:read']);
    expect((await call('DELETE', url, undefined, reader)).body.code).toBe('auth.scope_missing');
  });
});

describe('welcome files', () => {
  it('are taken by what they are, whatever the content type says, and given to WeCom', async () => {
    const { status, body } = await upload('image', PNG, {
      name: '优惠 1.png',
      contentType: 'application/json',
    });
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({
        kind: 'image',
        name: '优惠 1.png',
        contentType: 'image/png',
        bytes: PNG.length,
        ready: false,
        inUse: false,
        problem: null,
      }),
    ]);
    await uploadJobs();
    expect(await file(body.id)).toMatchObject({ ready: true, usableUntil: expect.any(String) });
    const { body: page } = await call('GET', '/v1/welcome-files?limit=1');
    expect(page.items[0].id).toBe(body.id);
    expect((await call('DELETE', `/v1/welcome-files/${body.id}`)).status).toBe(204);
    expect((await call('GET', `/v1/welcome-files/${body.id}`)).body.code).toBe('welcome.file_not_found');
  });

  it.each([
    ['image', MP4, 'file_type_unsupported'],
    ['picture', MP4, 'file_type_unsupported'],
    ['video', PNG, 'file_type_unsupported'],
    ['file', Buffer.alloc(5), 'file_size'],
    ['file', Buffer.alloc(0), 'file_size'],
    ['picture', Buffer.concat([JPG, Buffer.alloc(2 * MIB)]), 'file_size'],
    ['image', Buffer.concat([JPG, Buffer.alloc(10 * MIB)]), 'file_size'],
  ])('as %s are refused: %#', async (kind, bytes, code) => {
    expect(await upload(kind, bytes)).toMatchObject({ status: 422, body: { code: `welcome.${code}` } });
  });

  it('may be 20 MiB long and no byte more, and other endpoints still take no files', async () => {
    expect((await upload('file', Buffer.alloc(20 * MIB, 7))).status).toBe(201);
    expect(await upload('file', Buffer.alloc(20 * MIB + 1))).toMatchObject({
      status: 413,
      body: { code: 'http.body_too_large' },
    });
    const elsewhere = await welcome.world.http.call(welcome.key, {
      method: 'POST',
      url: '/v1/welcome-rules',
      payload: PNG,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect([elsewhere.statusCode, elsewhere.json().code]).toEqual([415, 'http.media_type_unsupported']);
    await uploadJobs();
  });

  it('are stored once for one Idempotency-Key, which belongs to the bytes', async () => {
    const idempotencyKey = randomUUID();
    const first = await upload('file', Buffer.from('the same bytes'), { idempotencyKey });
    const again = await upload('file', Buffer.from('the same bytes'), { idempotencyKey });
    expect([again.body.id, again.headers['idempotency-replayed']]).toEqual([first.body.id, 'true']);
    expect((await upload('file', Buffer.from('other bytes!!!'), { idempotencyKey })).body.code).toBe(
      'http.idempotency_key_reused',
    );
  });

  it('are sent by a rule, kept while it does, and fresh for as long', async () => {
    const { world } = welcome;
    const image = (await upload('image', PNG)).body.id;
    const picture = (await upload('picture', JPG)).body.id;
    const video = (await upload('video', MP4)).body.id;
    await uploadJobs();
    const made = await rule({
      attachments: [
        { kind: 'image', fileId: image },
        { kind: 'image', fileId: picture },
        { kind: 'video', fileId: video },
        { kind: 'miniprogram', title: 't', appId: 'wx1', page: 'p', fileId: image },
        { kind: 'link', title: 't', url: 'https://example.com', fileId: picture },
      ],
    });
    expect(made.status).toBe(201);
    expect(await rule({ attachments: [{ kind: 'image', fileId: video }] })).toMatchObject({
      body: { code: 'welcome.attachment_invalid' },
    });
    expect(await call('DELETE', `/v1/welcome-files/${image}`)).toMatchObject({
      status: 409,
      body: { code: 'welcome.file_in_use' },
    });
    const arrival = welcome.befriend(welcome.userIds[1] ?? '');
    await welcome.greet(arrival);
    expect(await welcome.message(arrival.externalUserId)).toMatchObject({
      state: 'sent',
      attachments_left_out: 0,
    });
    expect(welcome.received(arrival.externalUserId)[0]?.attachments).toHaveLength(5);

    const before = await file(image);
    welcome.advance(DAY_S + 1);
    await tend();
    expect(await uploadJobs()).toBe(2); // image and video; a picture stays
    const after = await file(image);
    expect(Date.parse(after.usableUntil)).toBeGreaterThan(Date.parse(before.usableUntil));

    world.sandbox.control.addFault({ path: '/cgi-bin/media/upload', effect: { errcode: 45001 } });
    welcome.advance(3 * DAY_S);
    await tend();
    await expect(uploadJobs()).rejects.toThrow();
    expect([await file(image), await file(video)].map(({ ready }) => ready)).toEqual([false, false]);
    expect([await file(image), await file(video)].map(({ problem }) => problem)).toContainEqual(
      expect.stringContaining('45001'),
    );
    world.sandbox.control.clearFaults();

    const late = welcome.befriend(welcome.userIds[1] ?? '');
    await welcome.greet(late);
    expect(await welcome.message(late.externalUserId)).toMatchObject({
      state: 'sent',
      attachments_left_out: 3,
    });
    expect(welcome.received(late.externalUserId)[0]?.attachments).toHaveLength(2);

    await tend();
    await uploadJobs();
    expect(await file(image)).toMatchObject({ ready: true, problem: null, problemAt: null });
    await call('DELETE', `/v1/welcome-rules/${made.body.id}`);
    expect((await call('DELETE', `/v1/welcome-files/${image}`)).status).toBe(204);
  });

  it('that lay unused too long are given to WeCom again when a rule takes them', async () => {
    const { id } = (await upload('image', PNG)).body;
    await uploadJobs();
    welcome.advance(4 * DAY_S);
    await tend();
    expect(await uploadJobs()).toBe(0);
    const made = await rule({ attachments: [{ kind: 'image', fileId: id }] });
    expect(await uploadJobs()).toBe(1);
    expect(await file(id)).toMatchObject({ ready: true, inUse: true });
    const quiet = welcome.befriend(welcome.userIds[1] ?? '');
    await welcome.world.http.sql(
      "UPDATE welcome.files SET usable_until = now() - interval '1 year' WHERE id IS NOT NULL",
    );
    await welcome.greet(quiet);
    expect(await welcome.message(quiet.externalUserId)).toMatchObject({
      state: 'given_up',
      attachments_left_out: 1,
    });
    await call('DELETE', `/v1/welcome-rules/${made.body.id}`);
  });
});

describe('the list of welcome messages', () => {
  it('goes on after a key, filters, and shows no other corp', async () => {
    const [first = '', second = ''] = welcome.userIds;
    for (const userId of [first, second, first, first]) await welcome.greet(welcome.befriend(userId));
    const list = async (query: string) => (await call('GET', `/v1/welcome-messages?${query}`)).body;
    const page = await list(`staffUserId=${first}&state=no_rule&limit=2`);
    expect(page.items).toHaveLength(2);
    const rest = await list(`staffUserId=${first}&state=no_rule&limit=2&cursor=${page.nextCursor}`);
    expect(rest.items).toHaveLength(1);
    expect(rest.nextCursor).toBeUndefined();
    const ids = [...page.items, ...rest.items].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(3);
    expect((await call('GET', `/v1/welcome-messages/${ids[0]}`)).body).toEqual(page.items[0]);
    const { receivedAt } = page.items[0];
    expect((await list(`receivedTo=${receivedAt}&state=no_rule&staffUserId=${second}`)).items).toEqual([]);
    expect((await list(`receivedFrom=${receivedAt}&state=no_rule&staffUserId=${second}`)).items).toHaveLength(
      1,
    );
    const { id } = await welcome.world.http.addCorp();
    const foreign = await welcome.world.http.corpKey(id, ['welcome:read']);
    expect((await call('GET', '/v1/welcome-messages', undefined, foreign)).body.items).toEqual([]);
    expect((await call('GET', `/v1/welcome-messages/${ids[0]}`, undefined, foreign)).status).toBe(404);
  });
});

async function tend(): Promise<void> {
  await welcome.world.http.sql(
    `SELECT graphile_worker.add_job('welcome.tend', json_build_object('corpId', $1::text))`,
    [welcome.world.corpId],
  );
  await welcome.world.runJobs('welcome.tend');
}
