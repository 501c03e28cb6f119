import type { MirrorWorld } from '../../support/mirror-world.js';

export type ChatStates = Record<
  string,
  { name: string; owner: string; notice: string; members: Record<string, object> }
>;

/** Live groups and who is in them, as our tables have it. */
export async function storedChats(world: MirrorWorld): Promise<ChatStates> {
  const rows = await world.query<{
    chatId: string;
    name: string;
    owner: string;
    notice: string;
    count: number;
    members: any[];
  }>(
    `SELECT chat_id AS "chatId", name, owner_user_id AS owner, notice, member_count AS count,
            (SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]') FROM group_chats.group_chat_members m
              WHERE m.group_chat_id = c.id AND m.left_at IS NULL) AS members
       FROM group_chats.group_chats c WHERE dismissed_at IS NULL`,
  );
  return Object.fromEntries(
    rows.map(({ chatId, count, members, ...rest }) => {
      expect(count).toBe(members.length);
      const byId = members.map((member) => [
        member.member_id,
        {
          external: member.kind === 'external',
          scene: member.join_scene,
          state: member.state,
          name: member.name,
        },
      ]);
      return [chatId, { ...rest, members: Object.fromEntries(byId) }];
    }),
  );
}

/** The same, asked from the sandbox without our code. */
export async function worldChats({ wecom }: MirrorWorld): Promise<ChatStates> {
  const list = await wecom.post('externalcontact/groupchat/list', { limit: 1000 });
  const states: ChatStates = {};
  for (const { chat_id } of list['group_chat_list']) {
    const { group_chat: chat } = await wecom.post('externalcontact/groupchat/get', { chat_id, need_name: 1 });
    const members = chat.member_list.map((member: any) => [
      member.userid,
      {
        external: member.type === 2,
        scene: member.join_scene,
        state: member.state ?? null,
        name: member.name,
      },
    ]);
    states[chat_id] = {
      name: chat.name,
      owner: chat.owner,
      notice: chat.notice,
      members: Object.fromEntries(members),
    };
  }
  return states;
}
