import type { EventTarget, GroupTarget, SandboxEvents } from '../sandbox.types.js';
import type { XmlField } from '../callbacks/xml.js';
import type { Corp } from '../world/corp.js';
import type { GroupChat, GroupMember } from '../world/corp.types.js';
import { NICKNAMES } from '../world/names.js';
import { Random, stableHex } from '../world/random.js';
import { corpOf, servingStaff, type EventHost } from './event-host.js';

type GroupEvents = Pick<
  SandboxEvents,
  | 'createGroup'
  | 'addGroupMember'
  | 'removeGroupMember'
  | 'renameGroup'
  | 'changeOwner'
  | 'changeNotice'
  | 'dismissGroup'
>;

/** Join scene of the event (0 invited, 3 QR code) and of groupchat/get (1 invited, 2 link, 3 QR code) differ. */
const JOINED_BY_QR = 3;

type Send = (o: EventTarget, chat: GroupChat, changeType: string, fields?: XmlField[]) => void;

/** change_external_chat (page 92130). */
export function groupEvents(host: EventHost): GroupEvents {
  const send: Send = (o, chat, changeType, fields = []) => {
    const all: XmlField[] = [['ChatId', chat.id], ...fields];
    host.router.toApps(o, corpOf(host, o), 'change_external_chat', changeType, all, chat.ownerUserId);
  };
  const update = (o: GroupTarget, detail: string, change: (chat: GroupChat) => void) => {
    const chat = chatOf(host, o);
    host.groupLag.remember(chat.id, chat);
    change(chat);
    send(o, chat, 'update', [['UpdateDetail', detail]]);
  };
  return {
    createGroup: (o) => createGroup(host, send, o),
    ...memberEvents(host, send),
    renameGroup: (o) => {
      if (o.extraFields) renameWithMemberFields(host, send, o);
      else update(o, 'change_name', (chat) => (chat.name = o.name));
    },
    changeOwner: (o) =>
      update(o, 'change_owner', (chat) => {
        const corp = corpOf(host, o);
        chat.ownerUserId = servingStaff(corp, o.ownerUserId).userId;
        chat.status = 0;
        if (!chat.members.some((member) => member.id === chat.ownerUserId)) {
          chat.members.push(staffMember(host, corp, chat.ownerUserId, chat.ownerUserId));
        }
      }),
    changeNotice: (o) => update(o, 'change_notice', (chat) => (chat.notice = o.notice)),
    dismissGroup: (o) => {
      const chat = chatOf(host, o);
      host.groupLag.remember(chat.id, chat);
      chat.dismissed = true;
      send(o, chat, 'dismiss');
    },
  };
}

function createGroup(
  host: EventHost,
  send: Send,
  o: Parameters<SandboxEvents['createGroup']>[0],
): { chatId: string } {
  const corp = corpOf(host, o);
  const owner = servingStaff(corp, o.ownerUserId);
  const id = corp.newId('wr');
  host.groupLag.remember(id, undefined);
  const chat: GroupChat = {
    id,
    name: o.name ?? '新客户群',
    ownerUserId: owner.userId,
    createdAt: host.nowS(),
    notice: '',
    status: 0,
    members: [staffMember(host, corp, owner.userId, owner.userId)],
    adminUserIds: [],
    memberVersion: newVersion(corp),
    ...(o.internal ? { internal: true as const } : {}),
  };
  for (const externalUserId of o.externalUserIds ?? []) {
    chat.members.push(outsideMember(host, corp, externalUserId, owner.userId, { joinScene: 0 }));
  }
  corp.state.groupChats.push(chat);
  // Purely internal groups are no customer groups: no event.
  if (!o.internal) send(o, chat, 'create');
  return { chatId: id };
}

function memberEvents(
  host: EventHost,
  send: Send,
): Pick<SandboxEvents, 'addGroupMember' | 'removeGroupMember'> {
  return {
    addGroupMember: (o) =>
      changeMembers(host, send, o, 'add_member', ['JoinScene', o.joinScene ?? 0], (corp, chat) => {
        const added = [
          ...(o.userIds ?? []).map((userId) => staffMember(host, corp, userId, chat.ownerUserId)),
          ...(o.externalUserIds ?? []).map((id) => outsideMember(host, corp, id, chat.ownerUserId, o)),
        ].filter((member) => !chat.members.some((known) => known.id === member.id));
        chat.members.push(...added);
        return added.map((member) => member.id);
      }),
    removeGroupMember: (o) =>
      changeMembers(host, send, o, 'del_member', ['QuitScene', o.quitScene ?? 0], (_corp, chat) => {
        const gone = chat.members.filter((member) => o.memberIds.includes(member.id));
        chat.members = chat.members.filter((member) => !gone.includes(member));
        return gone.map((member) => member.id);
      }),
  };
}

/** Each change of the members makes a new version that follows the one before. */
function changeMembers(
  host: EventHost,
  send: Send,
  o: GroupTarget & { withoutList?: boolean },
  detail: string,
  scene: XmlField,
  change: (corp: Corp, chat: GroupChat) => string[],
): void {
  const corp = corpOf(host, o);
  const chat = chatOf(host, o);
  host.groupLag.remember(chat.id, chat);
  const lastVersion = chat.memberVersion;
  const changed = change(corp, chat);
  chat.memberVersion = newVersion(corp);
  const list: XmlField[] = o.withoutList ? [] : versionFields(changed, lastVersion, chat.memberVersion);
  send(o, chat, 'update', [['UpdateDetail', detail], scene, ['MemChangeCnt', changed.length], ...list]);
}

/** A real change_name of 2023-11 carried the fields of a member change (callbacks.md 3.2). */
function renameWithMemberFields(host: EventHost, send: Send, o: GroupTarget & { name: string }): void {
  changeMembers(host, send, o, 'change_name', ['JoinScene', 0], (_corp, chat) => {
    chat.name = o.name;
    return chat.members.slice(0, 2).map((member) => member.id);
  });
}

function chatOf(host: EventHost, o: GroupTarget): GroupChat {
  const chat = corpOf(host, o).findGroupChat(o.chatId);
  if (!chat || chat.dismissed) throw new Error(`no such customer group: ${o.chatId}`);
  return chat;
}

function newVersion(corp: Corp): string {
  return stableHex(32, corp.state.seed, 'member-version', corp.nextSeq());
}

function versionFields(changed: string[], last: string, current: string): XmlField[] {
  return [
    ['MemChangeList', changed],
    ['LastMemVer', last],
    ['CurMemVer', current],
  ];
}

function staffMember(host: EventHost, corp: Corp, userId: string, invitorUserId: string): GroupMember {
  const staff = corp.getStaff(userId);
  const invited = staff.userId === invitorUserId ? {} : { invitorUserId };
  return { id: staff.userId, type: 1, joinedAt: host.nowS(), joinScene: 1, name: staff.name, ...invited };
}

/** A customer, or a stranger: people in customer groups need not be customers. */
function outsideMember(
  host: EventHost,
  corp: Corp,
  id: string,
  invitorUserId: string,
  { joinScene = 0, state }: { joinScene?: 0 | 3; state?: string },
): GroupMember {
  const customer = corp.customers.find(id);
  const byQr = joinScene === JOINED_BY_QR;
  return {
    id,
    type: 2,
    joinedAt: host.nowS(),
    joinScene: byQr ? 3 : 1,
    name: customer?.name ?? new Random(id).pick(NICKNAMES),
    ...(byQr ? {} : { invitorUserId }),
    ...(state ? { state } : {}),
    ...(customer?.unionId ? { unionId: customer.unionId } : {}),
  };
}
