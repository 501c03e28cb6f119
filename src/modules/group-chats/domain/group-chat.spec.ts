import fc from 'fast-check';
import {
  decideMemberChanges,
  type GroupChatMember,
  type MemberReading,
  mergeGroupChat,
  reactionTo,
} from './group-chat.js';
import { decideOwnerBatches } from './owner-batches.js';

const at = new Date('2026-11-22T08:00:00Z');
const joinedAt = new Date('2026-01-01T00:00:00Z');
const member = (userId: string, change: Partial<MemberReading> = {}): MemberReading => ({
  userId,
  type: 2,
  joinedAt,
  joinScene: 3,
  ...change,
});

/** Rows after the changes were stored. */
function applied(stored: readonly GroupChatMember[], changes: readonly GroupChatMember[]): GroupChatMember[] {
  const rows = new Map(stored.map((row) => [row.memberId, row]));
  for (const change of changes) rows.set(change.memberId, change);
  return [...rows.values()];
}

describe('decideMemberChanges', () => {
  it('tells who joined, changed, left and came back', () => {
    const first = decideMemberChanges([], [member('a'), member('b')], at);
    expect(first.map(({ memberId, leftAt }) => [memberId, leftAt])).toEqual([['a', null], ['b', null]]); // prettier-ignore
    const second = decideMemberChanges(first, [member('b', { groupNickname: '小b' })], at);
    expect(second).toMatchObject([
      { memberId: 'b', groupNickname: '小b', leftAt: null },
      { memberId: 'a', leftAt: at },
    ]);
    const back = new Date('2026-02-01T00:00:00Z');
    const third = decideMemberChanges(
      applied(first, second),
      [member('a', { joinedAt: back }), member('b')],
      at,
    );
    expect(third).toMatchObject([
      { memberId: 'a', joinedAt: back, leftAt: null },
      { memberId: 'b', groupNickname: null },
    ]);
  });

  it('knows staff in another spelling, and tells external ids that differ in case apart', () => {
    const stored = decideMemberChanges([], [member('ZhangSan', { type: 1 }), member('wmA')], at);
    const respelled = [member('zhangsan', { type: 1, groupNickname: '小张' }), member('wma')];
    expect(decideMemberChanges(stored, respelled, at)).toMatchObject([
      { memberId: 'ZhangSan', groupNickname: '小张', leftAt: null },
      { memberId: 'wma', leftAt: null },
      { memberId: 'wmA', leftAt: at },
    ]);
  });

  it('keeps the channel while the membership lasts, and drops it for a new one', () => {
    const stored = decideMemberChanges([], [member('a', { state: '门店码', name: '海风' })], at);
    expect(decideMemberChanges(stored, [member('a')], at)).toEqual([]);
    const again = decideMemberChanges(stored, [member('a', { joinedAt: at })], at);
    expect(again).toMatchObject([{ state: null, name: '海风' }]);
  });

  it('leaves exactly those present whom WeCom showed, and nothing to do the second time', () => {
    const readings = fc.uniqueArray(
      fc.record({
        userId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        type: fc.constantFrom(1, 2, 7),
        joinedAt: fc.constantFrom(joinedAt, at),
        joinScene: fc.integer({ min: 0, max: 4 }),
        state: fc.constantFrom('x', undefined, ''),
        groupNickname: fc.constantFrom('n', undefined, ''),
      }),
      { selector: (reading) => reading.userId },
    );
    fc.assert(
      fc.property(fc.array(readings, { maxLength: 5 }), readings, (history, last) => {
        const stored = history.reduce<GroupChatMember[]>(
          (rows, read) => applied(rows, decideMemberChanges(rows, read, at)),
          [],
        );
        const rows = applied(stored, decideMemberChanges(stored, last, at));
        const present = rows.filter((row) => !row.leftAt).map((row) => row.memberId);
        expect(present.sort()).toEqual(last.map((reading) => reading.userId).sort());
        expect(rows.length).toBeGreaterThanOrEqual(stored.length);
        expect(decideMemberChanges(rows, last, at)).toEqual([]);
      }),
    );
  });
});

describe('mergeGroupChat', () => {
  const reading = {
    chatId: 'wr1',
    name: '群',
    ownerUserId: 'chen.yu',
    createdAt: at,
    notice: '',
    adminUserIds: [],
    members: [member('a'), member('a'), member('b')],
  };

  it('counts a member once and keeps the listed state of the owner until he changes', () => {
    const listed = mergeGroupChat(undefined, reading, 1);
    expect(listed).toMatchObject({ memberCount: 2, ownerState: 'resigned' });
    expect(mergeGroupChat(listed, reading).ownerState).toBe('resigned');
    expect(mergeGroupChat(listed, { ...reading, ownerUserId: 'lin_tao' }).ownerState).toBe('serving');
    expect(mergeGroupChat(listed, reading, 9).ownerState).toBe('unknown');
  });
});

describe('reactionTo', () => {
  it('skips only membership events whose version is stored', () => {
    const added = { changeType: 'update', updateDetail: 'add_member', memberVersion: 'v2' };
    expect(reactionTo(added, 'v2')).toBe('nothing');
    expect(reactionTo(added, 'v1')).toBe('refresh');
    expect(reactionTo(added, undefined)).toBe('refresh');
    expect(reactionTo({ ...added, memberVersion: undefined }, undefined)).toBe('refresh');
    expect(reactionTo({ ...added, updateDetail: 'change_name' }, 'v2')).toBe('refresh');
    expect(reactionTo({ changeType: 'create' }, undefined)).toBe('refresh');
    expect(reactionTo({ changeType: 'dismiss' }, 'v2')).toBe('dismiss');
  });
});

describe('decideOwnerBatches', () => {
  it('puts everybody into exactly one batch of at most 100, and owners who do not serve alone', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 350 });
    fc.assert(
      fc.property(ids, ids, (serving, owners) => {
        const batches = decideOwnerBatches(
          serving.map((id) => `u${id}`),
          owners.map((id) => `U${id}`),
        );
        const all = batches.flat().map((id) => id.toLowerCase());
        expect(new Set(all).size).toBe(all.length);
        expect(all.sort()).toEqual([...new Set([...serving, ...owners])].map((id) => `u${id}`).sort());
        expect(batches.every((batch) => batch.length > 0 && batch.length <= 100)).toBe(true);
        const alone = batches.filter((batch) => batch[0]?.startsWith('U'));
        expect(alone.every((batch) => batch.length === 1)).toBe(true);
      }),
    );
  });
});
