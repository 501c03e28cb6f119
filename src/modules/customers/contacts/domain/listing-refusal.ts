/**
 * WeCom refuses a whole listing because of one staff. Page 90313; 48011 since page 92109 (2025-12-18).
 * Nothing of such a staff may be marked: we did not see what they have.
 */
const ABOUT_STAFF: ReadonlySet<number> = new Set([
  40003, // no such member, or one who left
  48011, // not active enough, data withheld
  50002, // outside the scope
  60011, // no privilege on this member
  60021, // outside the app's range
  60030, // beyond the visible range
  60111, // userid not found
  84061, // has no customers, or no permission
  84074, // no customer contact permission
  701008, // none of them has a licence
]);
const NO_CUSTOMERS = 84061;
const BAD_CURSOR = 50100;

export type ListingRefusal = 'restart' | 'divide' | 'empty' | 'unreadable';

/** What to do about a refused listing of `staff` members; undefined: it is not about them, so the error stands. */
export function decideRefusal(errcode: number, staff: number): ListingRefusal | undefined {
  if (errcode === BAD_CURSOR) return 'restart';
  if (!ABOUT_STAFF.has(errcode)) return undefined;
  if (staff > 1) return 'divide';
  return errcode === NO_CUSTOMERS ? 'empty' : 'unreadable';
}
