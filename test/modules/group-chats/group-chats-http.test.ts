import { GroupChatsModule } from '../../../src/modules/group-chats/index.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';
import { worldChats } from './group-chat-states.js';

let world: MirrorWorld;
let key: string;

beforeAll(async () => {
  world = await startMirrorWorld({
    modules: [GroupChatsModule],
    seed: 'group-http',
    size: { staff: 8, customers: 40, groupChats: 6 },
  });
  await world.sync('group-chats.sync');
  key = await world.http.corpKey(world.corpId, ['group-chats:read', 'group-chats:write']);
});
afterAll(async () => world.close());

const get = async (url: string, as = key) => {
  const response = await world.http.call(as, { method: 'GET', url });
  return { status: response.statusCode, body: response.json<any>() };
};
const idOf = async (chatId: string): Promise<string> => {
  const { body } = await get('/v1/group-chats?limit=200');
  return body.items.find((item: { chatId: string }) => item.chatId === chatId).id;
};

describe('group chats over REST', () => {
  it('lists all groups page by page and shows one as listed', async () => {
    const first = await get('/v1/group-chats?limit=4');
    const second = await get(`/v1/group-chats?limit=4&cursor=${first.body.nextCursor}`);
    const items = [...first.body.items, ...second.body.items];
    expect(new Set(items.map((item) => item.chatId))).toEqual(new Set(Object.keys(await worldChats(world))));
    expect(second.body.nextCursor).toBeUndefined();
    expect(await get(`/v1/group-chats/${items[0].id}`)).toEqual({ status: 200, body: items[0] });
    expect(items[0]).toMatchObject({ state: 'active', ownerState: 'serving', dismissedAt: null });
    expect(items[0].id).toMatch(/^gch_/);
  });

  it('filters by owner, whatever the case of the userid, and by state', async () => {
    const [chat] = world.sandbox.control.world().corps[0]?.groupChats ?? [];
    const owned = await get(`/v1/group-chats?ownerUserId=${chat?.ownerUserId.toUpperCase()}`);
    expect(owned.body.items.length).toBeGreaterThan(0);
    expect(new Set(owned.body.items.map((item: any) => item.ownerUserId))).toEqual(
      new Set([chat?.ownerUserId]),
    );
    expect((await get('/v1/group-chats?state=dismissed')).body.items).toEqual([]);
    expect((await get('/v1/group-chats?state=gone')).status).toBe(400);
  });

  it('pages through members, those who left too', async () => {
    const { events } = world.sandbox.control;
    const [chatId = '', real] = Object.entries(await worldChats(world))[0] ?? [];
    const members = Object.keys(real?.members ?? {});
    const gone = members.find((member) => member !== real?.owner) ?? '';
    events.removeGroupMember({ chatId, memberIds: [gone], silent: true });
    world.clock.seconds += 10;
    await world.sync('group-chats.sync');
    const id = await idOf(chatId);
    const list = async (query: string) => {
      const seen: any[] = [];
      for (let cursor = ''; ;) {
        const { body } = await get(
          `/v1/group-chats/${id}/members?limit=2${query}${cursor && `&cursor=${cursor}`}`,
        );
        seen.push(...body.items);
        if (!body.nextCursor) return seen;
        cursor = body.nextCursor;
      }
    };
    const all = await list('');
    expect(all.map((item) => item.memberId).sort()).toEqual([...members].sort());
    expect(await list('&presence=left')).toEqual([all.find((item) => item.memberId === gone)]);
    expect(all.find((item) => item.memberId === gone).leftAt).toEqual(expect.any(String));
    expect(await list('&presence=present')).toHaveLength(members.length - 1);
    expect((await get(`/v1/group-chats/${id}`)).body.memberCount).toBe(members.length - 1);
  });

  it('refuses the member cursor of another group', async () => {
    const { body } = await get('/v1/group-chats?limit=2');
    const [one, two] = body.items;
    const page = await get(`/v1/group-chats/${one.id}/members?limit=1`);
    expect(
      await get(`/v1/group-chats/${two.id}/members?limit=1&cursor=${page.body.nextCursor}`),
    ).toMatchObject({
      status: 400,
      body: { code: 'http.cursor_invalid' },
    });
  });

  it('answers an unknown id, another corp and a missing scope with their codes', async () => {
    const { id: other } = await world.http.addCorp();
    const foreign = await world.http.corpKey(other, ['group-chats:read']);
    const { body } = await get('/v1/group-chats?limit=1');
    for (const path of [body.items[0].id, `${body.items[0].id}/members`]) {
      expect(await get(`/v1/group-chats/${path}`, foreign)).toMatchObject({
        status: 404,
        body: { code: 'group-chats.not_found' },
      });
    }
    expect((await get('/v1/group-chats', foreign)).body.items).toEqual([]);
    const blind = await world.http.corpKey(world.corpId, ['group-chats:write']);
    expect((await get('/v1/group-chats', blind)).status).toBe(403);
  });

  it('starts a sync once', async () => {
    const start = () => world.http.call(key, { method: 'POST', url: '/v1/group-chats/sync' });
    expect((await start()).statusCode).toBe(202);
    expect((await start()).json()).toMatchObject({ code: 'operations.already_running' });
    await world.workSync('group-chats.sync');
  });
});
