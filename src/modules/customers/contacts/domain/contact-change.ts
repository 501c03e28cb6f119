/** Who ended a follow relation. A deletion says nothing of the other side, so both are kept apart (page 92130). */
export type EndedBy = 'staff' | 'customer';

/** Whose deletion an event reports; undefined: it only says "look again". */
export function deletionOf(changeType: string): EndedBy | undefined {
  if (changeType === 'del_external_contact') return 'staff';
  if (changeType === 'del_follow_user') return 'customer';
  return undefined;
}

/** Whether an event reports that the two became contacts; the half contact is one the staff has not confirmed yet. */
export function isAddition(changeType: string): boolean {
  return changeType === 'add_external_contact' || changeType === 'add_half_external_contact';
}
