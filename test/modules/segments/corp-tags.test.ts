import { CorpTags, SegmentsModule } from '../../../src/modules/segments/index.js';
import { type Chaos, type Pick, runChaos } from '../../support/event-chaos.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';

const KIND = 'segments.sync-corp-tags';
const LIST = '/cgi-bin/externalcontact/get_corp_tag_list';
let world: MirrorWorld;
let key: string;

beforeAll(async () => {
  world = await startMirrorWorld({
    modules: [SegmentsModule],
    seed: 'tags',
    size: { staff: 4, customers: 4, groupChats: 0 },
  });
  key = await world.http.corpKey(world.corpId, ['segments:read', 'segments:write']);
});
afterAll(async () => world.close());

type Library = Record<string, { name: string; order: number; tags: Record<string, object> }>;

const events = () => world.sandbox.control.events;
const deliverAll = async () => {
  for (const event of world.newEvents()) await world.deliver(event);
};
const get = async (url: string) => (await world.http.call(key, { method: 'GET', url })).json<any>();
const tagOf = async (wecomTagId: string) => {
  const [row] = await world.query<{ id: string; name: string; deletedAt: Date | null; strategyId: string }>(
    `SELECT id, name, deleted_at AS "deletedAt", strategy_id AS "strategyId" FROM segments.corp_tags WHERE wecom_tag_id = $1`,
    [wecomTagId],
  );
  return row;
};

/** As the REST API shows it. */
async function shownLibrary(): Promise<Library> {
  const library: Library = {};
  for (let cursor = ''; ;) {
    const page = await get(`/v1/corp-tags?limit=2${cursor && `&cursor=${cursor}`}`);
    for (const group of page.items) {
      const tags = group.tags.map((tag: any) => [tag.wecomTagId, { name: tag.name, order: tag.order }]);
      library[group.wecomGroupId] = { name: group.name, order: group.order, tags: Object.fromEntries(tags) };
    }
    if (!page.nextCursor) return library;
    cursor = page.nextCursor;
  }
}

/** As the sandbox answers without our code. */
async function worldLibrary(): Promise<Library> {
  const answer = await world.wecom.post('externalcontact/get_corp_tag_list', {});
  const library: Library = {};
  for (const group of answer['tag_group']) {
    const tags = group.tag.map((tag: any) => [tag.id, { name: tag.name, order: tag.order }]);
    library[group.group_id] = { name: group.group_name, order: group.order, tags: Object.fromEntries(tags) };
  }
  return library;
}

describe('corp tags', () => {
  it('come with one call, and nothing is new the second time', async () => {
    const first = await world.sync(KIND);
    expect(first).toMatchObject({ state: 'succeeded' });
    expect(world.calls(LIST)).toBe(1);
    expect(await shownLibrary()).toEqual(await worldLibrary());
    expect((await world.sync(KIND)).result).toEqual({ inserted: 0, changed: 0, ended: 0 });
  });

  it('report what events missed: new, renamed, deleted', async () => {
    const { tagIds } = events().createTagGroup({ name: '漏掉的组', tags: ['甲', '乙'], silent: true });
    expect((await world.sync(KIND)).result).toEqual({ inserted: 3, changed: 0, ended: 0 });
    events().renameTag({ id: tagIds[0] ?? '', name: '丙', silent: true });
    events().deleteTag({ tagId: tagIds[1] ?? '', silent: true });
    expect((await world.sync(KIND)).result).toEqual({ inserted: 0, changed: 1, ended: 1 });
    expect(await shownLibrary()).toEqual(await worldLibrary());
  });

  it('follow events: created, renamed, reordered, deleted with their group though no event says so', async () => {
    const { groupId, tagIds } = events().createTagGroup({ name: '事件组', tags: ['一', '二'] });
    await deliverAll();
    events().renameTag({ id: groupId, name: '改名组' });
    events().renameTag({ id: tagIds[0] ?? '', name: '壹' });
    events().shuffleTags({ groupId });
    events().shuffleTags({});
    await deliverAll();
    expect(await shownLibrary()).toEqual(await worldLibrary());
    const before = await tagOf(tagIds[0] ?? '');
    events().deleteTagGroup({ groupId });
    await deliverAll();
    expect(await shownLibrary()).toEqual(await worldLibrary());
    expect(await tagOf(tagIds[0] ?? '')).toMatchObject({ id: before?.id, deletedAt: expect.any(Date) });
  });

  it('let no older reading overwrite a newer one', async () => {
    const { groupId, tagIds } = events().createTagGroup({ name: '旧组', tags: ['旧签'] });
    const [group, tag] = world.newEvents();
    if (!group || !tag) throw new Error('no events');
    const older = [...(await world.load(group)), ...(await world.load(tag))];
    events().renameTag({ id: groupId, name: '新组', silent: true });
    events().renameTag({ id: tagIds[0] ?? '', name: '新签', silent: true });
    await world.deliver(group);
    for (const apply of older) await apply();
    expect((await shownLibrary())[groupId]).toMatchObject({
      name: '新组',
      tags: { [tagIds[0] ?? '']: { name: '新签' } },
    });
  });

  it('take their group along when the last one is deleted', async () => {
    const { groupId, tagIds } = events().createTagGroup({ name: '独苗', tags: ['唯一'] });
    await deliverAll();
    events().deleteTag({ tagId: tagIds[0] ?? '' });
    await deliverAll();
    expect(Object.keys(await shownLibrary())).not.toContain(groupId);
  });

  it('are ended when WeCom does not know the id any more (40068)', async () => {
    const { tagIds } = events().createTagGroup({ name: '失踪', tags: ['在', '不在'] });
    await deliverAll();
    events().deleteTag({ tagId: tagIds[1] ?? '' });
    world.sandbox.control.failNext({ path: LIST, errcode: 40068 });
    await deliverAll();
    expect(await tagOf(tagIds[1] ?? '')).toMatchObject({ deletedAt: expect.any(Date) });
    expect(await tagOf(tagIds[0] ?? '')).toMatchObject({ deletedAt: null });
  });

  it('of a rule group are kept, marked, and never swept', async () => {
    const { groupId } = events().createTagGroup({ name: '规则组', tags: ['普通'] });
    const { tagId } = events().createTag({ groupId, name: '规则', strategyId: 7 });
    await deliverAll();
    expect(await tagOf(tagId)).toMatchObject({ strategyId: '7', deletedAt: null });
    events().deleteTag({ tagId, silent: true }); // the real library never lists it
    await world.sync(KIND);
    expect(await tagOf(tagId)).toMatchObject({ strategyId: '7', deletedAt: null });
    events().deleteTagGroup({ groupId });
    await deliverAll();
    expect(await tagOf(tagId)).toMatchObject({ deletedAt: expect.any(Date) });
  });

  it('wait for an answer before a great part of them ends', async () => {
    const tags = Array.from({ length: 40 }, (_, index) => `批量${index}`);
    const { groupId } = events().createTagGroup({ name: '批量', tags, silent: true });
    await world.sync(KIND);
    events().deleteTagGroup({ groupId, silent: true });
    const asking = await world.sync(KIND);
    expect(asking).toMatchObject({
      state: 'awaiting_confirmation',
      question: { counts: { tagsMissing: 40 } },
    });
    expect(Object.keys(await shownLibrary())).toContain(groupId);
    await world.confirm(asking.id);
    await world.workSync(KIND);
    expect(await world.operation(asking.id)).toMatchObject({ state: 'succeeded', result: { ended: 41 } });
    expect(Object.keys(await shownLibrary())).not.toContain(groupId);
  });

  it('tell other modules their names, deleted ones too', async () => {
    const { tagIds } = events().createTagGroup({ name: '名录', tags: ['有名', '无主'] });
    await deliverAll();
    events().deleteTag({ tagId: tagIds[1] ?? '' });
    await deliverAll();
    const names = await world.unit.read(world.corpId, () =>
      world.http.get(CorpTags).namesOf([...tagIds, 'etUnknown']),
    );
    expect(Object.fromEntries(names)).toEqual({
      [tagIds[0] ?? '']: { name: '有名', groupName: '名录' },
      [tagIds[1] ?? '']: { name: '无主', groupName: '名录' },
    });
  });

  it('start a sync over REST, once', async () => {
    const start = () => world.http.call(key, { method: 'POST', url: '/v1/corp-tags/sync' });
    expect((await start()).statusCode).toBe(202);
    expect((await start()).json()).toMatchObject({ code: 'operations.already_running' });
    await world.workSync(KIND);
    const blind = await world.http.corpKey(world.corpId, ['staff:read']);
    expect((await world.http.call(blind, { method: 'GET', url: '/v1/corp-tags' })).statusCode).toBe(403);
  });

  it('end as the library is, whatever becomes of the events on their way', async () => {
    await runChaos(world, chaos, 15);
  }, 60_000);
});

const chaos: Chaos = {
  change(pick: Pick, silent: boolean) {
    const groups = world.sandbox.control.world().corps[0]?.tagGroups ?? [];
    const group = groups[pick(groups.length)];
    const tag = group?.tags[pick(Math.max(1, group.tags.length))];
    const name = `名${world.clock.seconds}`;
    switch (pick(7)) {
      case 0:
        return void events().createTagGroup({ name, tags: ['子一', '子二'], silent });
      case 1:
        return group ? void events().createTag({ groupId: group.groupId, name, silent }) : undefined;
      case 2:
        return tag && events().renameTag({ id: tag.tagId, name, silent });
      case 3:
        return group && events().renameTag({ id: group.groupId, name, silent });
      case 4:
        return tag && events().deleteTag({ tagId: tag.tagId, silent });
      case 5:
        return group && groups.length > 2
          ? events().deleteTagGroup({ groupId: group.groupId, silent })
          : undefined;
      default:
        return events().shuffleTags({ groupId: pick(2) ? group?.groupId : undefined, silent });
    }
  },
  async check(lost: boolean) {
    if (!lost) expect(await shownLibrary()).toEqual(await worldLibrary());
    const repaired = await world.sync(KIND);
    if (repaired.state === 'awaiting_confirmation') {
      await world.confirm(repaired.id);
      await world.workSync(KIND);
    }
    expect(await shownLibrary()).toEqual(await worldLibrary());
  },
};
