import fc from 'fast-check';
import { mergeDepartment } from './department.js';
import { type Answer, mergeStaff, type StaffReading } from './staff.js';

const at = new Date('2026-11-22T08:00:00Z');
const later = new Date('2026-11-22T09:00:00Z');
const reading: StaffReading = {
  userId: 'chen.yu',
  name: '陈宇',
  alias: 'cy',
  position: '客户经理',
  departmentIds: [15, 12],
  mainDepartmentId: 12,
  leaderInDepartmentIds: [15],
  directLeaderUserIds: ['lin_tao'],
  status: 1,
};
const known = (change: Partial<StaffReading> = {}): Answer<StaffReading> => ({
  outcome: 'known',
  value: { ...reading, ...change },
});

describe('mergeStaff', () => {
  it('takes over what WeCom shows', () => {
    expect(mergeStaff(undefined, 'chen.yu', known(), at)).toMatchObject({
      name: '陈宇',
      status: 'active',
      departments: [
        { departmentId: 12, isMain: true, isLeader: false },
        { departmentId: 15, isMain: false, isLeader: true },
      ],
      leftAt: null,
    });
  });

  it('keeps what is withheld and clears what is empty', () => {
    const stored = mergeStaff(undefined, 'chen.yu', known(), at);
    expect(mergeStaff(stored, 'chen.yu', known({ position: undefined, name: '' }), later)).toMatchObject({
      position: '客户经理',
      name: '陈宇',
    });
    expect(mergeStaff(stored, 'chen.yu', known({ position: '' }), later)).toMatchObject({ position: null });
  });

  it('keeps the first time of leaving, forgets it when the member is back, and believes a state it does not know', () => {
    const left = mergeStaff(undefined, 'chen.yu', { outcome: 'gone' }, at);
    expect(left).toMatchObject({ status: 'left', leftAt: at, name: null });
    expect(mergeStaff(left, 'chen.yu', { outcome: 'gone' }, later)).toEqual(left);
    expect(mergeStaff(left, 'chen.yu', known({ status: 9 }), later)).toMatchObject({
      status: 'unknown',
      leftAt: null,
    });
    expect(mergeStaff(left, 'chen.yu', { outcome: 'hidden' }, later)).toMatchObject({
      status: 'unknown',
      leftAt: null,
    });
    expect(mergeStaff(undefined, 'chen.yu', known({ status: 5 }), at)).toMatchObject({
      status: 'left',
      leftAt: at,
    });
  });

  it('changes nothing when the same answer comes again', () => {
    const answers = fc.oneof(
      fc.constantFrom<Answer<StaffReading>>({ outcome: 'gone' }, { outcome: 'hidden' }),
      fc
        .record(
          {
            position: fc.constantFrom('', '店长', undefined),
            alias: fc.constantFrom('', 'a', undefined),
            status: fc.constantFrom(1, 2, 4, 5, 9),
            departmentIds: fc.array(fc.integer({ min: 1, max: 5 })),
          },
          { requiredKeys: ['status', 'departmentIds'] },
        )
        .map(known),
    );
    fc.assert(
      fc.property(fc.array(answers), answers, (before, last) => {
        const stored = before.reduce<ReturnType<typeof mergeStaff> | undefined>(
          (staff, answer) => mergeStaff(staff, 'chen.yu', answer, at),
          undefined,
        );
        const once = mergeStaff(stored, 'chen.yu', last, at);
        expect(mergeStaff(once, 'chen.yu', last, later)).toEqual(once);
        expect(once.leftAt !== null).toBe(once.status === 'left');
      }),
    );
  });
});

describe('mergeDepartment', () => {
  it('keeps name and leaders where only the assistant sees the department', () => {
    const value = { id: 12, name: '华东区', parentId: 1, order: 5, leaderUserIds: ['lin_tao'] };
    const stored = mergeDepartment(undefined, 12, { outcome: 'known', value }, at);
    const tree = { id: 12, parentId: 3, order: 7, leaderUserIds: [] };
    expect(mergeDepartment(stored, 12, { outcome: 'known', value: tree }, later)).toEqual({
      departmentId: 12,
      name: '华东区',
      parentId: 3,
      sortOrder: 7,
      leaderUserIds: ['lin_tao'],
      deletedAt: null,
    });
  });

  it('holds that one is gone, also one it never knew, and nothing about a hidden one it never knew', () => {
    expect(mergeDepartment(undefined, 12, { outcome: 'gone' }, at)).toMatchObject({ deletedAt: at });
    expect(mergeDepartment(undefined, 12, { outcome: 'hidden' }, at)).toBeUndefined();
  });
});
