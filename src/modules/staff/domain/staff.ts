export const STAFF_STATUSES = ['active', 'disabled', 'not_activated', 'left', 'unknown'] as const;
export type StaffStatus = (typeof STAFF_STATUSES)[number];

/** A staff member's place in one department. */
export interface StaffPlace {
  readonly departmentId: number;
  readonly isMain: boolean;
  readonly isLeader: boolean;
}

/** What we hold about one staff member. Null is unknown: the app may not see it. */
export interface Staff {
  readonly staffUserId: string;
  readonly name: string | null;
  readonly alias: string | null;
  readonly position: string | null;
  readonly avatarUrl: string | null;
  readonly status: StaffStatus;
  readonly directLeaderUserIds: readonly string[];
  readonly departments: readonly StaffPlace[];
  /** Has the customer contact permission (客户联系) inside the app's visible range. */
  readonly isFollowUser: boolean;
  readonly leftAt: Date | null;
}

/** What WeCom shows of one staff member; absent means that the app may not see it, not that it was cleared. */
export interface StaffReading {
  readonly userId: string;
  readonly name?: string;
  readonly alias?: string;
  readonly position?: string;
  readonly thumbAvatarUrl?: string;
  readonly departmentIds: readonly number[];
  readonly mainDepartmentId?: number;
  readonly leaderInDepartmentIds: readonly number[];
  readonly directLeaderUserIds: readonly string[];
  readonly status: number;
}

/** `hidden`: exists, or may exist, but outside what the app can see. */
export type Answer<T> =
  | { readonly outcome: 'known'; readonly value: T }
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'hidden' };

/** WeCom compares userids without regard to case (page 90196). */
export function staffUserKey(userId: string): string {
  return userId.toLowerCase();
}

/** Page 90196. */
const STATUS_BY_CODE: Readonly<Record<number, StaffStatus>> = {
  1: 'active',
  2: 'disabled',
  4: 'not_activated',
  5: 'left',
};

/**
 * What we hold after WeCom's answer about a member. Who is gone and was never known is held too: an older reading of him
 * may still be on its way.
 * @param at when WeCom was asked.
 */
export function mergeStaff(
  stored: Staff | undefined,
  userId: string,
  answer: Answer<StaffReading>,
  at: Date,
): Staff {
  if (answer.outcome === 'known') return readStaff(stored, answer.value, at);
  if (answer.outcome === 'hidden') return hideStaff(stored ?? unseenStaff(userId));
  const left = stored ?? unseenStaff(userId);
  return { ...left, status: 'left', isFollowUser: false, leftAt: left.leftAt ?? at };
}

function readStaff(stored: Staff | undefined, read: StaffReading, at: Date): Staff {
  const status = STATUS_BY_CODE[read.status] ?? 'unknown';
  return {
    staffUserId: read.userId,
    name: read.name || (stored?.name ?? null), // nobody is without a name: an empty one is withheld
    alias: seen(read.alias, stored?.alias),
    position: seen(read.position, stored?.position),
    avatarUrl: seen(read.thumbAvatarUrl, stored?.avatarUrl),
    status,
    directLeaderUserIds: [...read.directLeaderUserIds],
    departments: placesOf(read),
    isFollowUser: status !== 'left' && (stored?.isFollowUser ?? false),
    leftAt: status === 'left' ? (stored?.leftAt ?? at) : null,
  };
}

/** WeCom refuses to show him, so he exists; what we knew stays. */
function hideStaff(staff: Staff): Staff {
  return staff.leftAt ? { ...staff, status: 'unknown', leftAt: null } : staff;
}

function unseenStaff(userId: string): Staff {
  return {
    staffUserId: userId,
    name: null,
    alias: null,
    position: null,
    avatarUrl: null,
    status: 'unknown',
    directLeaderUserIds: [],
    departments: [],
    isFollowUser: false,
    leftAt: null,
  };
}

/** An empty text is a cleared one; a missing one says nothing. */
function seen(read: string | undefined, stored: string | null | undefined): string | null {
  if (read === undefined) return stored ?? null;
  return read === '' ? null : read;
}

function placesOf(read: StaffReading): StaffPlace[] {
  const ids = [...new Set(read.departmentIds)].sort((a, b) => a - b);
  return ids.map((departmentId) => ({
    departmentId,
    isMain: departmentId === read.mainDepartmentId,
    isLeader: read.leaderInDepartmentIds.includes(departmentId),
  }));
}
