import fc from 'fast-check';
import { groupStaff, halveGroup } from './staff-groups.js';

describe('groups of staff', () => {
  it('are cut at exactly 100', () => {
    const ids = Array.from({ length: 201 }, (_, i) => `staff-${String(i).padStart(3, '0')}`);
    expect(groupStaff(ids.slice(0, 100)).map((group) => group.length)).toEqual([100]);
    expect(groupStaff(ids).map((group) => group.length)).toEqual([100, 100, 1]);
    expect(groupStaff([])).toEqual([]);
  });

  it('are the same whatever the order, and hold a staff once whatever the case', () => {
    expect(groupStaff(['b', 'A', 'a', 'C'])).toEqual([['a', 'b', 'C']]);
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
