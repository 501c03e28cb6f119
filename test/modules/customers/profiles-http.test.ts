import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { ProfilesWorld } from './profiles-world.js';

let world: ProfilesWorld;

beforeAll(async () => {
  world = await ProfilesWorld.start();
});
afterAll(async () => world.close());

async function oneCustomer(): Promise<string> {
  const [id = ''] = await world.customers(1);
  return world.pathOf(id);
}

/** Reads and changes in one go, as a client does that meets nobody else. */
async function change(path: string, fields: object, more: object = {}) {
  const { etag } = await world.call('GET', `${path}/profile`);
  return world.call('PATCH', `${path}/profile`, { fields, ...more }, { 'if-match': etag });
}

const fieldOf = (profile: { fields: Record<string, any>[] }, key: string) =>
  profile.fields.find((field) => field.key === key);

describe('PATCH /v1/customers/{id}/profile', () => {
  it('changes what one source says, and shows who said it', async () => {
    const path = await oneCustomer();
    const changed = await change(
      path,
      { region: ['广东省', '深圳市'], score: 7 },
      { source: 'crm', confidence: 60 },
    );
    expect(changed.status).toBe(200);
    expect(fieldOf(changed.body, 'region')).toMatchObject({
      value: ['广东省', '深圳市'],
      masked: false,
      ruleVersion: 0,
      origin: { source: 'crm', confidence: 60, writtenBy: 'desk' },
    });
    const read = await world.call('GET', `${path}/profile`);
    expect([read.body, read.etag]).toEqual([changed.body, changed.etag]);
  });

  it('asks what the caller has seen: 428 without, 412 when it is old, and loses nothing', async () => {
    const path = await oneCustomer();
    const seen = await world.call('GET', `${path}/profile`);
    const patch = (fields: object, headers: Record<string, string>) =>
      world.call('PATCH', `${path}/profile`, { fields }, headers);
    expect((await patch({ score: 1 }, {})).body).toMatchObject({
      status: 428,
      code: 'http.precondition_required',
    });
    expect((await patch({ score: 1 }, { 'if-match': seen.etag })).status).toBe(200);
    expect((await patch({ score: 2 }, { 'if-match': seen.etag })).body).toMatchObject({
      status: 412,
      code: 'http.precondition_failed',
    });
    expect(fieldOf((await world.call('GET', `${path}/profile`)).body, 'score')?.value).toBe(1);
    expect((await patch({ score: 3 }, { 'if-match': '*' })).status).toBe(200);
  });

  it.each([1, 2, 3])(
    'lets one of many writers through who have seen the same, and keeps what he wrote (%i)',
    async () => {
      const path = await oneCustomer();
      const { etag } = await world.call('GET', `${path}/profile`);
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, score) =>
          world.call('PATCH', `${path}/profile`, { fields: { score } }, { 'if-match': etag }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([
        200,
        ...Array.from({ length: 7 }, () => 412),
      ]);
      const winner = answers.findIndex(({ status }) => status === 200);
      const { body } = await world.call('GET', `${path}/profile`);
      expect([fieldOf(body, 'score')?.value, body.version]).toEqual([winner, 1]);
    },
  );

  it('refuses all of it when one value is wrong, and names each', async () => {
    const path = await oneCustomer();
    const refused = await change(path, {
      score: 5,
      birthday: '1990-02-30',
      stage: ['invalid'],
      nonsense: 1,
      add_way: 1,
    });
    expect(refused.body).toMatchObject({ status: 400, code: 'http.validation_failed' });
    expect(refused.body.errors.map(({ pointer, code }: any) => [pointer, code])).toEqual([
      ['/fields/birthday', 'date'],
      ['/fields/stage', 'path'],
      ['/fields/nonsense', 'unknown'],
      ['/fields/add_way', 'read_only'],
    ]);
    expect(fieldOf((await world.call('GET', `${path}/profile`)).body, 'score')?.value).toBeNull();
  });

  it('does not know who is guessed or foreign', async () => {
    const other = await world.http.addCorp();
    const foreign = await world.http.corpKey(other.id, ['customers:read', 'customers:write']);
    const path = await oneCustomer();
    const guessed = `/v1/customers/${toPublicId('cus', '0190b5f0-0000-7000-8000-000000000000')}`;
    for (const [place, key] of [
      [path, foreign],
      [guessed, world.key],
      ['/v1/customers/cus_nonsense', world.key],
    ] as const) {
      for (const [method, below, body] of [
        ['GET', '/profile'],
        ['PATCH', '/profile', { fields: { score: 1 } }],
        ['GET', '/fields/score/why'],
        ['GET', '/profile/history'],
        ['GET', '/blacklist'],
        ['POST', '/blacklist', { reason: 'x' }],
        ['POST', '/blacklist/lift', { reason: 'x' }],
        ['GET', '/consents'],
        ['POST', '/consents', { purpose: 'marketing', state: 'granted', evidence: 'x' }],
      ] as const) {
        const answer = await world.call(method, `${place}${below}`, body, { 'if-match': '*' }, key);
        expect([below, answer.status, answer.body.code]).toEqual([below, 404, 'customers.not_found']);
      }
    }
  });
});

describe('GET /v1/customers/{id}/profile', () => {
  it('shows what WeCom says, until a better source says otherwise', async () => {
    const [id = ''] = await world.customers(1);
    await world.sql(
      `UPDATE customers.customers SET external_user_id = $3, name = '海风', gender = 2, avatar_url = '', fetched_at = now()
        WHERE corp_id = $1 AND id = $2`,
      [world.corpId, id, `wm${id}`],
    );
    for (const [staff, day, addWay, state, ended] of [
      ['Lin', 1, 3, 'spring', true],
      ['Wang', 2, 1, null, false],
      ['Zhao', 3, 1, null, true],
    ]) {
      await world.sql(
        `INSERT INTO customers.follow_relations (corp_id, id, customer_id, staff_user_id, staff_key, followed_at, add_way,
                state, deleted_by_staff_at, ended_at, fetched_at, created_at, updated_at)
         SELECT $1, gen_random_uuid(), $2, $3, lower($3), f.at, $5, $6, e.at, e.at, now(), now(), now()
           FROM make_timestamptz(2026, 1, $4, 0, 0, 0) AS f(at), (SELECT CASE WHEN $7 THEN now() END AS at) AS e`,
        [world.corpId, id, staff, day, addWay, state, ended],
      );
    }
    const path = world.pathOf(id);
    const { body } = await world.call('GET', `${path}/profile`);
    const said = ['name', 'gender', 'add_way', 'source_channel', 'responsible_staff', 'avatar_url'].map(
      (key) => {
        const { value, origin } = fieldOf(body, key) ?? {};
        return [value, origin?.source];
      },
    );
    expect(said).toEqual([
      ['海风', 'wecom'],
      ['female', 'wecom'],
      [3, 'wecom'], // of the first relation
      ['spring', 'wecom'],
      ['Wang', 'wecom'], // of the newest that holds
      [null, undefined],
    ]);
    const { etag } = await world.call('GET', `${path}/profile`);
    await world.sql(
      `UPDATE customers.customers SET fetched_at = now() + interval '1 hour' WHERE corp_id = $1 AND id = $2`,
      [world.corpId, id],
    );
    expect((await world.call('GET', `${path}/profile`)).etag).toBe(etag); // the same, seen again
    const changed = await change(path, { name: '王海风' });
    expect(fieldOf(changed.body, 'name')).toMatchObject({ value: '王海风', origin: { source: 'staff' } });
  });
});

describe('GET /v1/customers/{id}/fields/{name}/why', () => {
  it('shows what every source says, and what decided', async () => {
    const path = await oneCustomer();
    await change(path, { corp_name: '甲公司' }, { source: 'shop' });
    await change(path, { corp_name: '乙公司' }, { source: 'crm' });
    await change(path, { corp_name: '丙公司' });
    await change(path, { corp_name: null });
    const { body } = await world.call('GET', `${path}/fields/corp_name/why`);
    expect(body).toMatchObject({
      key: 'corp_name',
      value: '乙公司',
      ruleVersion: 0,
      origin: { source: 'crm' },
    });
    expect(body.candidates.map(({ value, source, lostBy }: any) => [value, source, lostBy])).toEqual([
      ['乙公司', 'crm', null],
      ['甲公司', 'shop', 'source'],
      [null, 'staff', 'withdrawn'],
    ]);
    const history = await world.call('GET', `${path}/profile/history?field=corp_name`);
    expect(history.body.items).toMatchObject([
      { field: 'corp_name', value: '丙公司', source: 'staff', replacedBy: 'desk' },
    ]);
    expect((await world.call('GET', `${path}/fields/nonsense/why`)).body.code).toBe(
      'customers.field_not_found',
    );
  });
});

describe('personal fields', () => {
  it('are masked everywhere but for those who may reveal them, which is audited', async () => {
    const path = await oneCustomer();
    await change(path, { birthday: '1990-05-20' });
    await change(path, { birthday: '1991-05-20' });
    const shown = [
      await world.call('GET', `${path}/profile`),
      await world.call('GET', `${path}/fields/birthday/why`),
      await world.call('GET', `${path}/profile/history`),
    ];
    expect(JSON.stringify(shown.map(({ body }) => body))).not.toMatch(/199[01]-05-20/);
    expect(fieldOf(shown[0]?.body, 'birthday')).toMatchObject({ value: null, masked: true });
    expect((await world.call('POST', `${path}/profile/reveal`)).status).toBe(403);
    const revealer = await world.http.corpKey(world.corpId, ['customers:reveal']);
    const revealed = await world.call('POST', `${path}/profile/reveal`, undefined, {}, revealer);
    expect(fieldOf(revealed.body, 'birthday')).toMatchObject({ value: '1991-05-20', masked: false });
    const [audited] = await world.sql<{ count: string }>(
      `SELECT count(*) FROM platform.audit_entries WHERE corp_id = $1 AND action = 'customers.reveal_profile' AND status = 200`,
      [world.corpId],
    );
    expect(audited).toEqual({ count: 1 });
    expect(world.http.logLines.join('\n')).not.toMatch(/199[01]-05-20/);
  });
});

describe('blacklist', () => {
  it('holds a person on it with a reason and by whom, until it is lifted, and keeps both', async () => {
    const [a = '', b = ''] = await world.customers(2);
    await world.link([a, b]);
    const [path, other] = [world.pathOf(a), world.pathOf(b)];
    const placed = await world.call('POST', `${path}/blacklist`, { reason: '恶意退款' });
    expect(placed).toMatchObject({
      status: 201,
      body: { reason: '恶意退款', placedBy: 'desk', liftedAt: null },
    });
    expect((await world.call('POST', `${other}/blacklist`, { reason: 'x' })).body.code).toBe(
      'customers.already_blacklisted',
    );
    expect((await world.call('GET', `${other}/profile`)).body.blacklist).toHaveLength(1);
    const lifted = await world.call('POST', `${other}/blacklist/lift`, { reason: '误判' });
    expect(lifted).toMatchObject({ status: 200, body: { liftReason: '误判', liftedBy: 'desk' } });
    expect((await world.call('POST', `${path}/blacklist/lift`, { reason: 'x' })).body.code).toBe(
      'customers.not_blacklisted',
    );
    expect((await world.call('GET', `${path}/profile`)).body.blacklist).toEqual([]);
    expect((await world.call('GET', `${path}/blacklist`)).body.items).toHaveLength(1);
  });

  it('has one entry open, whatever many say at once', async () => {
    const path = await oneCustomer();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => world.call('POST', `${path}/blacklist`, { reason: 'x' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });
});

describe('consents', () => {
  it('hold by their time and not by the order in which they come', async () => {
    const path = await oneCustomer();
    const say = (state: string, happenedAt?: string) =>
      world.call('POST', `${path}/consents`, {
        purpose: 'marketing',
        state,
        evidence: 'form 1',
        ...(happenedAt && { happenedAt }),
      });
    expect((await say('withdrawn', '2026-03-01T00:00:00Z')).status).toBe(201);
    await say('granted', '2026-01-01T00:00:00Z');
    await say('granted', '2026-03-01T00:00:00Z');
    const held = async () =>
      (await world.call('GET', `${path}/profile`)).body.consents.map(({ purpose, state }: any) => [
        purpose,
        state,
      ]);
    expect(await held()).toEqual([['marketing', 'withdrawn']]);
    for (const [when, code] of [
      ['0000-01-01T00:00:00Z', 'too_small'],
      ['2999-01-01T00:00:00Z', 'too_large'],
    ] as const)
      expect((await say('granted', when)).body).toMatchObject({ status: 400, errors: [{ code }] });
    await say('granted', '2199-01-01T00:00:00Z'); // counts as now
    await say('withdrawn');
    expect(await held()).toEqual([['marketing', 'withdrawn']]);
    expect((await world.call('GET', `${path}/consents`)).body.items).toHaveLength(5);
  });
});
