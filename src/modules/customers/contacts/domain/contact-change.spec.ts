import { deletionOf, isAddition } from './contact-change.js';

describe('contact changes', () => {
  it.each([
    ['add_external_contact', undefined, true],
    ['add_half_external_contact', undefined, true],
    ['edit_external_contact', undefined, false],
    ['del_external_contact', 'staff', false],
    ['del_follow_user', 'customer', false],
    ['transfer_fail', undefined, false],
    ['msg_audit_approved', undefined, false],
    ['a_later_invention', undefined, false],
  ])('%s: deleted by %s, addition %s', (changeType, by, addition) => {
    expect(deletionOf(changeType)).toBe(by);
    expect(isAddition(changeType)).toBe(addition);
  });
});
