import { setTimeout as sleep } from 'node:timers/promises';
import { CustomersModule } from '../../../src/modules/customers/index.js';
import { relationStarted } from '../../../src/modules/customers/customers.events.js';
import { CUSTOMERS_SYNC } from '../../../src/modules/customers/contacts/use-cases/customers-sync.js';
import { LoyaltyModule } from '../../../src/modules/loyalty/index.js';
import { Ledger } from '../../../src/modules/loyalty/ledger/use-cases/ledger.js';
import { balanceBandChanged, levelChanged } from '../../../src/modules/loyalty/loyalty.events.js';
import { Programs } from '../../../src/modules/loyalty/programs/queries/programs.js';
import { SegmentsModule } from '../../../src/modules/segments/index.js';
import { CORP_TAGS_SYNC } from '../../../src/modules/segments/use-cases/corp-tags-sync.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { ContactsGateway, CorpTagsGateway } from '../../../src/wecom/index.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';
import { TakenEvents } from './taken-events.js';

const MARK = '/cgi-bin/externalcontact/mark_tag';

let world: MirrorWorld;
let events: TakenEvents;
let key: string;
let programId: string;
let path: string;
let staff: string[];
/** Corp tags of the sandbox that no customer carries at first. */
let tags: { silver: string; gold: string; few: string; many: string };

beforeAll(async () => {
  world = await startMirrorWorld({
    modules: [SegmentsModule, CustomersModule, LoyaltyModule],
    seed: 'tags',
    size: { staff: 3, customers: 4, groupChats: 0 },
  });
  world.http.clock.set(new Date(world.clock.seconds * 1000));
  events = new TakenEvents(world.http, world.corpId);
  staff = await world.http.get(ContactsGateway).listFollowUserIds(world.corpId);
  const group = await world.http.get(CorpTagsGateway).add(world.corpId, {
    groupName: '会员',
    tags: ['白银', '黄金', '少', '多'].map((name) => ({ name })),
  });
  const [silver = '', gold = '', few = '', many = ''] = group.tags.map(({ id }) => id);
  tags = { silver, gold, few, many };
  for (const kind of [CORP_TAGS_SYNC, CUSTOMERS_SYNC]) await world.sync(kind);
  key = await world.http.corpKey(world.corpId, ['loyalty:read', 'loyalty:write']);
  programId = (await world.unit.run(world.corpId, () => world.http.get(Programs).default())).id;
  path = `/v1/loyalty/programs/${toPublicId('prg', programId)}`;
  const { body: table } = await call('POST', `${path}/level-tables`, {});
  await call('POST', `/v1/loyalty/level-tables/${table.id}/activate`, {});
  await world.runJobs('loyalty.relevel');
  world.newEvents();
});
afterAll(() => world.close());
afterEach(() => world.sandbox.control.clearFaults());

const call = async (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) => {
  const response = await world.http.call(key, { method, url, ...(payload && { payload }) });
  return { status: response.statusCode, body: response.json<any>() };
};
const setRules = async () => {
  const answer = await call('PUT', `${path}/tag-rules`, {
    levels: [
      { level: 'silver', wecomTagId: tags.silver },
      { level: 'gold', wecomTagId: tags.gold },
    ],
    bands: [
      { from: 1, below: 100, wecomTagId: tags.few },
      { from: 100, wecomTagId: tags.many },
    ],
  });
  await sleep(1_050); // the walk over all members begins when no posting sees the bands of before, and so does the test
  return answer;
};
const settle = async () => {
  await events.take('loyalty.tag_levels', levelChanged);
  await events.take('loyalty.tag_balances', balanceBandChanged);
  await world.runJobs('loyalty.retag');
  for (let runs = 0; runs < 4; runs++) if ((await world.runJobs('loyalty.write_tags')) === 0) return;
};
const writes = async (query = '') => (await call('GET', `${path}/tag-writes${query}`)).body.items;

/** A customer that these members of the staff have added. */
async function befriend(userIds: string[]): Promise<{ id: string; externalUserId: string }> {
  let externalUserId: string | undefined;
  for (const userId of userIds) {
    world.clock.seconds += 60;
    const added = world.sandbox.control.events.addCustomer({
      userId,
      ...(externalUserId && { externalUserId }),
    });
    externalUserId = added.externalUserId;
    for (const event of world.newEvents()) await world.deliver(event);
  }
  const [row] = await world.query<{ id: string }>(
    'SELECT id FROM customers.customers WHERE corp_id = $1 AND external_user_id = $2',
    [world.corpId, externalUserId],
  );
  return { id: row?.id ?? '', externalUserId: externalUserId ?? '' };
}

let posted = 0;
const earn = (customerId: string, wallet: string, amount: number) =>
  world.unit.run(world.corpId, () =>
    world.http.get(Ledger).post([
      {
        key: `earn ${++posted}`,
        programId,
        customerId,
        wallet,
        amount,
        kind: amount < 0 ? 'adjust' : 'earn',
      },
    ]),
  );
/** The tags of the rules that each member of the staff sees. */
const shownTags = async (externalUserId: string) => {
  const contact = await world.http.get(ContactsGateway).getContact(world.corpId, externalUserId);
  const names = new Map(Object.entries(tags).map(([name, id]) => [id, name]));
  return Object.fromEntries(
    contact.follows.map(({ userId, tags: all }) => [
      userId,
      all.flatMap(({ id = '' }) => names.get(id) ?? []).sort(),
    ]),
  );
};

describe('levels and balances as corp tags', () => {
  it('show to everybody who follows the customer, and change with him only', async () => {
    const [first = '', second = ''] = staff;
    const both = await befriend([first, second]);
    const other = await befriend([first]);
    await earn(both.id, 'growth', 600);
    await earn(both.id, 'points', 40);
    await earn(other.id, 'points', 40);
    expect((await setRules()).status).toBe(200);
    await settle();
    expect(await shownTags(both.externalUserId)).toEqual({
      [first]: ['few', 'silver'],
      [second]: ['few', 'silver'],
    });
    expect(await shownTags(other.externalUserId)).toEqual({ [first]: ['few'] });
    const before = world.calls(MARK);
    await earn(both.id, 'points', 10);
    await settle();
    expect(world.calls(MARK)).toBe(before);
    await earn(both.id, 'points', 60);
    await earn(both.id, 'growth', 2_000);
    await settle();
    expect(await shownTags(both.externalUserId)).toEqual({
      [first]: ['gold', 'many'],
      [second]: ['gold', 'many'],
    });
    expect(world.calls(MARK)).toBe(before + 2);
    await earn(both.id, 'points', -60);
    await settle();
    expect((await shownTags(both.externalUserId))[second]).toEqual(['few', 'gold']);
    expect(new Set((await writes()).map(({ state }: any) => state))).toEqual(new Set(['done']));
  });

  it('keep tags that somebody else put, and take theirs back when the rules no longer name them', async () => {
    const [, , third = ''] = staff;
    const customer = await befriend([third]);
    const { externalUserId } = customer;
    await world.http
      .get(CorpTagsGateway)
      .mark(world.corpId, { userId: third, externalUserId, addTagIds: [tags.gold] });
    await earn(customer.id, 'points', 40);
    await settle();
    expect(await shownTags(externalUserId)).toEqual({ [third]: ['few', 'gold'] });
    expect((await call('PUT', `${path}/tag-rules`, {})).body).toEqual({ levels: [], bands: [] });
    await settle();
    expect(await shownTags(externalUserId)).toEqual({ [third]: ['gold'] });
    await setRules();
    await settle();
  });

  it('reach who follows the customer later', async () => {
    const [first = '', second = ''] = staff;
    const customer = await befriend([first]);
    await earn(customer.id, 'points', 40);
    await settle();
    world.sandbox.control.events.addCustomer({ userId: second, externalUserId: customer.externalUserId });
    for (const event of world.newEvents()) await world.deliver(event);
    await events.take('loyalty.tag_relations', relationStarted);
    await settle();
    expect(await shownTags(customer.externalUserId)).toEqual({ [first]: ['few'], [second]: ['few'] });
  });

  it('show what WeCom refuses, and write again what nobody answered', async () => {
    const [first = ''] = staff;
    const gone = await befriend([first]);
    world.sandbox.control.events.staffDeletesCustomer({
      userId: first,
      externalUserId: gone.externalUserId,
      silent: true,
    });
    await earn(gone.id, 'points', 40);
    await settle();
    const [refused] = await writes('?state=refused');
    expect(refused).toMatchObject({
      customerId: toPublicId('cus', gone.id),
      errcode: 84061,
      problem: expect.stringMatching(/^wecom\./),
    });
    const customer = await befriend([first]);
    world.sandbox.control.addFault({ path: MARK, times: 3, effect: { cutAfterBytes: 0 } });
    await earn(customer.id, 'points', 40);
    await settle();
    expect(await shownTags(customer.externalUserId)).toEqual({ [first]: ['few'] });
    const barred = await befriend([first]);
    world.sandbox.control.addFault({ path: MARK, times: 1, effect: { errcode: 48002 } });
    await earn(barred.id, 'points', 40);
    await settle();
    expect(await shownTags(barred.externalUserId)).toEqual({ [first]: [] });
    await setRules(); // whoever gave the app its permission back says so
    await settle();
    expect(await shownTags(barred.externalUserId)).toEqual({ [first]: ['few'] });
  });

  it('refuse rules that contradict each other, and tags that the corp has not', async () => {
    const put = async (body: object) => (await call('PUT', `${path}/tag-rules`, body)).body.code;
    const level = (key: string, wecomTagId: string) => ({ level: key, wecomTagId });
    expect(await put({ levels: [level('gold', tags.gold), level('silver', tags.gold)] })).toBe(
      'loyalty.tag_rules_invalid',
    );
    expect(await put({ levels: [level('tin', tags.gold)] })).toBe('loyalty.tag_rules_invalid');
    const bands = [
      { from: 1, below: 10, wecomTagId: tags.few },
      { from: 9, wecomTagId: tags.many },
    ];
    expect(await put({ bands })).toBe('loyalty.tag_rules_invalid');
    expect(await put({ levels: [level('gold', 'etUnknown')] })).toBe('loyalty.tag_unknown');
    expect((await call('GET', `${path}/tag-rules`)).body.levels).toHaveLength(2);
    const club = await call('POST', '/v1/loyalty/programs', {
      key: 'club',
      nameZh: '茶友会',
      nameEn: 'Tea club',
    });
    const taken = { bands: [{ from: 1, wecomTagId: tags.few }] };
    expect((await call('PUT', `/v1/loyalty/programs/${club.body.id}/tag-rules`, taken)).body.code).toBe(
      'loyalty.tag_taken',
    );
  });
});
