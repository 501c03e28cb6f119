import fc from 'fast-check';
import { groupStaff, halveGroup } from './staff-groups.js';

describe('groups of staff', () => {
  const sizes = (staff: number, groups?: number) =>
    groupStaff(
      Array.from({ length: staff }, (_, i) => `staff-${String(i).padStart(4, '0')}`),
      groups,
    ).map((group) => group.length);

  it('hold at most 100, and fewer where that makes up to 16 of them', () => {
    expect(sizes(0)).toEqual([]);
    expect(sizes(3)).toEqual([1, 1, 1]);
    expect(sizes(17)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 1]);
    expect(sizes(1600)).toEqual(Array(16).fill(100));
    expect(sizes(1601)).toEqual([...Array(16).fill(100), 1]);
  });

  it('are the same whatever the order, and hold a staff once whatever the case', () => {
    expect(groupStaff(['b', 'A', 'a', 'C'], 1)).toEqual([['a', 'b', 'C']]);
    expect(groupStaff(['C', 'a', 'b'])).toEqual(groupStaff(['b', 'a', 'C']));
  });

  it('halve until each staff stands alone, losing nobody', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 2, maxLength: 100 }),
        (ids) => {
          const halves = halveGroup(ids);
          expect(halves).toHaveLength(2);
          expect(halves.flat().sort()).toEqual([...ids].sort());
          expect(halves.every((half) => half.length > 0 && half.length < ids.length)).toBe(true);
        },
      ),
    );
  });
});
