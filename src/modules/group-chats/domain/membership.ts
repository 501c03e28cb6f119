import type { GroupChatMember } from './group-chat.js';

/** Somebody from outside came or went. */
export interface MembershipChange {
  readonly externalUserId: string;
  readonly joined: boolean;
  readonly at: Date;
  readonly joinScene: number;
}

/**
 * Who of the changed members joined or left; the others have a new name only.
 * @param stored the members as they were before.
 */
export function membershipChanges(
  stored: readonly GroupChatMember[],
  changed: readonly GroupChatMember[],
): MembershipChange[] {
  const before = new Map(stored.map((member) => [member.memberId, member]));
  return changed.flatMap(({ memberId, kind, joinedAt, leftAt, joinScene }): MembershipChange[] => {
    if (kind !== 'external') return [];
    if (leftAt) return [{ externalUserId: memberId, joined: false, at: leftAt, joinScene }];
    const known = before.get(memberId);
    const stayed = known && !known.leftAt && known.joinedAt.getTime() === joinedAt.getTime();
    return stayed ? [] : [{ externalUserId: memberId, joined: true, at: joinedAt, joinScene }];
  });
}
