export const OWNER_STATES = ['serving', 'resigned', 'being_inherited', 'inherited', 'unknown'] as const;
export type OwnerState = (typeof OWNER_STATES)[number];

/** A customer group (客户群). */
export interface GroupChat {
  readonly chatId: string;
  readonly name: string;
  readonly ownerUserId: string;
  /** Only a listing tells it (page 92120). */
  readonly ownerState: OwnerState;
  readonly notice: string;
  readonly adminUserIds: readonly string[];
  readonly memberVersion: string | null;
  /** Of those who are in it now. */
  readonly memberCount: number;
  readonly createdAt: Date;
  /** Final: WeCom never gives a chat id again. */
  readonly dismissedAt: Date | null;
}

/** What WeCom shows of a customer group (page 92122). */
export interface GroupChatReading {
  readonly chatId: string;
  readonly name: string;
  readonly ownerUserId: string;
  readonly createdAt: Date;
  readonly notice: string;
  readonly memberVersion?: string;
  readonly adminUserIds: readonly string[];
  readonly members: readonly MemberReading[];
}

export interface MemberReading {
  readonly userId: string;
  readonly type: number;
  readonly unionId?: string;
  readonly joinedAt: Date;
  readonly joinScene: number;
  readonly invitorUserId?: string;
  readonly state?: string;
  readonly groupNickname?: string;
  readonly name?: string;
}

/**
 * `dissolved` is for good; `unknown` is what WeCom says of an id it does not know, also of a group so new that it does
 * not show it yet; `hidden`: WeCom refuses to show it, which says nothing about whether it exists.
 */
export type ChatAnswer =
  | { readonly outcome: 'known'; readonly chat: GroupChatReading }
  | { readonly outcome: 'dissolved' | 'unknown' | 'hidden' };

export type MemberKind = 'staff' | 'external';

export interface GroupChatMember {
  /** A staff userid or an external_userid. */
  readonly memberId: string;
  readonly kind: MemberKind;
  readonly name: string | null;
  readonly groupNickname: string | null;
  readonly unionId: string | null;
  /** 1 invited, 2 invite link, 3 QR code, 0 unknown (page 92122). */
  readonly joinScene: number;
  readonly invitorUserId: string | null;
  /** Channel parameter of the join way. */
  readonly state: string | null;
  readonly joinedAt: Date;
  readonly leftAt: Date | null;
}

/** Page 92120. */
const OWNER_STATE_BY_CODE: Readonly<Record<number, OwnerState>> = {
  0: 'serving',
  1: 'resigned',
  2: 'being_inherited',
  3: 'inherited',
};

/** @param listedStatus the status in the listing; left out when only the detail was read. */
export function mergeGroupChat(
  stored: GroupChat | undefined,
  read: GroupChatReading,
  listedStatus?: number,
): GroupChat {
  // Only listings tell the state: between them an owner whom we know nothing of, or who is new, counts as serving.
  const sameOwner =
    stored?.ownerUserId.toLowerCase() === read.ownerUserId.toLowerCase() ? stored.ownerState : 'serving';
  const listed = listedStatus === undefined ? undefined : (OWNER_STATE_BY_CODE[listedStatus] ?? 'unknown');
  return {
    chatId: read.chatId,
    name: read.name,
    ownerUserId: read.ownerUserId,
    ownerState: listed ?? sameOwner,
    notice: read.notice,
    adminUserIds: [...read.adminUserIds],
    memberVersion: read.memberVersion ?? null,
    memberCount: new Set(read.members.map((member) => memberKey(kindOf(member), member.userId))).size,
    createdAt: read.createdAt,
    dismissedAt: null,
  };
}

/**
 * The rows to write so that the stored members become those that WeCom showed: who joined, changed, came back or left.
 * @param at when WeCom was asked; the time of leaving, which WeCom does not tell.
 */
export function decideMemberChanges(
  stored: readonly GroupChatMember[],
  read: readonly MemberReading[],
  at: Date,
): GroupChatMember[] {
  const storedByKey = new Map(stored.map((member) => [memberKey(member.kind, member.memberId), member]));
  const present = new Map(read.map((member) => [memberKey(kindOf(member), member.userId), member]));
  const changes: GroupChatMember[] = [];
  for (const [key, reading] of present) {
    const before = storedByKey.get(key);
    const next = mergeMember(before, reading);
    if (!before || !sameMember(before, next)) changes.push(next);
  }
  for (const member of stored) {
    if (!present.has(memberKey(member.kind, member.memberId)) && !member.leftAt)
      changes.push({ ...member, leftAt: at });
  }
  return changes;
}

function kindOf(read: MemberReading): MemberKind {
  return read.type === 1 ? 'staff' : 'external';
}

/** A userid ignores case, an external id does not (rest-api.md section 1). */
function memberKey(kind: MemberKind, memberId: string): string {
  return kind === 'staff' ? memberId.toLowerCase() : memberId;
}

/** An absent field says nothing, unless the member joined anew: then nothing of before is his any more. */
function mergeMember(before: GroupChatMember | undefined, read: MemberReading): GroupChatMember {
  const kept = before?.joinedAt.getTime() === read.joinedAt.getTime() ? before : undefined;
  return {
    memberId: before?.memberId ?? read.userId,
    kind: kindOf(read),
    name: read.name || (before?.name ?? null),
    groupNickname: read.groupNickname || null,
    unionId: read.unionId || (before?.unionId ?? null),
    joinScene: read.joinScene,
    invitorUserId: read.invitorUserId || (kept?.invitorUserId ?? null),
    state: read.state || (kept?.state ?? null),
    joinedAt: read.joinedAt,
    leftAt: null,
  };
}

function sameMember(a: GroupChatMember, b: GroupChatMember): boolean {
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.groupNickname === b.groupNickname &&
    a.unionId === b.unionId &&
    a.joinScene === b.joinScene &&
    a.invitorUserId === b.invitorUserId &&
    a.state === b.state &&
    a.joinedAt.getTime() === b.joinedAt.getTime() &&
    a.leftAt?.getTime() === b.leftAt?.getTime()
  );
}

/** What an event about a group asks of us. */
export type ChatReaction = 'dismiss' | 'refresh' | 'nothing';

/**
 * A membership event whose new version we already hold was read before; other updates carry versions too and change
 * something else, so only `updateDetail` decides (page 92130).
 */
export function reactionTo(
  event: { readonly changeType: string; readonly updateDetail?: string; readonly memberVersion?: string },
  storedVersion: string | null | undefined,
): ChatReaction {
  if (event.changeType === 'dismiss') return 'dismiss';
  const aboutMembers = event.updateDetail === 'add_member' || event.updateDetail === 'del_member';
  const known = event.memberVersion !== undefined && event.memberVersion === storedVersion;
  return aboutMembers && known ? 'nothing' : 'refresh';
}
