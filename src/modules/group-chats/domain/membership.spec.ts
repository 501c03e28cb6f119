import type { GroupChatMember } from './group-chat.js';
import { membershipChanges } from './membership.js';

const member = (memberId: string, change: Partial<GroupChatMember> = {}): GroupChatMember => ({
  memberId,
  kind: 'external',
  name: null,
  groupNickname: null,
  unionId: null,
  joinScene: 1,
  invitorUserId: null,
  state: null,
  joinedAt: new Date(1_000),
  leftAt: null,
  ...change,
});
const later = new Date(9_000);
const told = (joined: boolean, at: Date) => [{ externalUserId: 'wm1', joined, at, joinScene: 1 }];

describe('who joined or left', () => {
  it.each([
    ['is new', [], member('wm1'), told(true, new Date(1_000))],
    ['left', [member('wm1')], member('wm1', { leftAt: later }), told(false, later)],
    ['came back', [member('wm1', { leftAt: later })], member('wm1'), told(true, new Date(1_000))],
    ['joined anew', [member('wm1')], member('wm1', { joinedAt: later }), told(true, later)],
    ['has another name', [member('wm1')], member('wm1', { name: '海风' }), []],
    ['is staff', [], member('chen.yu', { kind: 'staff' }), []],
  ])('somebody who %s', (_, before, changed, expected) => {
    expect(membershipChanges(before, [changed])).toEqual(expected);
  });
});
