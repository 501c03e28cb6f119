import type { GroupChat, GroupMember } from '../../world/corp.types.js';
import type { Answer, Call } from '../endpoint.js';
import { isListed, VisibleRange } from '../visible-range.js';
import { WecomError } from '../wecom-error.js';

/** Page 92120. Groups of owners outside the range are silently missing. */
export function listGroupChats(call: Call): Answer {
  const { corp, params, host } = call;
  const range = new VisibleRange(corp, call.app);
  const owners = params.texts('userid_list', params.object('owner_filter'));
  if (owners.length === 0 && range.staff().length > host.switches.groupListStaffMax)
    throw new WecomError(81017);
  for (const owner of owners) {
    if (!corp.findStaff(owner) && !isListed(corp.state.formerUserIds, owner)) throw new WecomError(40003);
  }
  const status = params.integer('status_filter') ?? 0;
  const limit = params.integer('limit') ?? 0;
  const walk = `groupchat/list ${corp.corpId} ${status} ${owners.join('|')}`;
  const [start = 0] = host.cursors.decode(walk, params.text('cursor')) ?? [];

  const found: { position: number; chat: GroupChat }[] = [];
  for (let index = start; index < corp.state.groupChats.length && found.length <= limit; index += 1) {
    const current = corp.state.groupChats[index];
    const chat = current && host.groupLag.view(current.id, current);
    if (!chat || chat.dismissed || chat.internal) continue;
    if (status !== 0 && chat.status !== status) continue;
    if (isListedFor(call, range, chat, owners)) found.push({ position: index + 1, chat });
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    group_chat_list: page.map(({ chat }) => ({ chat_id: chat.id, status: chat.status })),
    next_cursor: last && found.length > limit ? host.cursors.encode(walk, [last.position]) : '',
  };
}

/** Page 92122. */
export function getGroupChat(call: Call): Answer {
  const chatId = call.params.text('chat_id');
  const chat = call.host.groupLag.view(chatId, call.corp.findGroupChat(chatId));
  if (!chat) throw new WecomError(40050);
  if (chat.internal) throw new WecomError(90501);
  if (chat.dismissed) throw new WecomError(49008);
  const owner = call.corp.findStaff(chat.ownerUserId);
  // The page names no code for an owner out of range; 60011 is the general one.
  if (owner && !new VisibleRange(call.corp, call.app).includes(owner)) throw new WecomError(60011);
  const withNames = call.params.integer('need_name') === 1;
  return {
    group_chat: {
      chat_id: chat.id,
      name: chat.name,
      owner: chat.ownerUserId,
      create_time: chat.createdAt,
      notice: chat.notice,
      member_list: chat.members.map((member) => memberAnswer(member, withNames)),
      admin_list: chat.adminUserIds.map((userId) => ({ userid: userId })),
      member_version: chat.memberVersion,
    },
  };
}

/** Groups of an owner who left come only when the owner is asked for by id. */
function isListedFor(call: Call, range: VisibleRange, chat: GroupChat, owners: readonly string[]): boolean {
  if (owners.length > 0 && !isListed(owners, chat.ownerUserId)) return false;
  const owner = call.corp.findStaff(chat.ownerUserId);
  return owner ? range.includes(owner) : owners.length > 0;
}

function memberAnswer(member: GroupMember, withNames: boolean) {
  return {
    userid: member.id,
    type: member.type,
    ...(member.unionId ? { unionid: member.unionId } : {}),
    join_time: member.joinedAt,
    join_scene: member.joinScene,
    ...(member.invitorUserId ? { invitor: { userid: member.invitorUserId } } : {}),
    ...(member.state ? { state: member.state } : {}),
    group_nickname: member.nickname ?? '',
    ...(withNames ? { name: member.name } : {}),
  };
}
