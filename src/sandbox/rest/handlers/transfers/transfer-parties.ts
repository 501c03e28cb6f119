import type { StaffMember } from '../../../world/corp.types.js';
import type { Call } from '../../endpoint.js';
import { isListed, servingMember } from '../../visible-range.js';
import { WecomError } from '../../wecom-error.js';

/** In the app's range, allowed to serve customers, activated and real-name (customer-contact.md section 8). */
export function takeoverMember(call: Call, userId: string): StaffMember {
  const staff = servingMember(call, userId);
  if (!staff.contactPermission) throw new WecomError(84074);
  if (staff.status !== 1) throw new WecomError(40098);
  return staff;
}

/** Who gives and who takes: a giver on the job works here, a resigned one has left (40097). */
export function partiesOf(
  call: Call,
  resigned: boolean,
): { handoverUserId: string; takeoverUserId: string; taker: StaffMember } {
  const wanted = call.params.text('handover_userid');
  const former = call.corp.state.formerUserIds.find((userId) => isListed([userId], wanted));
  const handoverUserId = resigned ? former : call.corp.findStaff(wanted)?.userId;
  if (handoverUserId === undefined)
    throw new WecomError(resigned && call.corp.findStaff(wanted) ? 40097 : 40003);
  if (!resigned) servingMember(call, handoverUserId);
  const taker = takeoverMember(call, call.params.text('takeover_userid'));
  if (isListed([taker.userId], handoverUserId)) throw new WecomError(40130);
  return { handoverUserId, takeoverUserId: taker.userId, taker };
}

const YEAR_S = 365 * 86_400;

/** After a year the customers and groups of a former member can no longer be handed over (94081, 92127). */
export function leftWithinAYear(call: Call, userId: string): boolean {
  return dimissionTime(call, userId) > call.nowS - YEAR_S;
}

/** A member of a world file without the time left just now, so that his customers can be handed over. */
export function dimissionTime(call: Call, userId: string): number {
  return call.corp.state.leftAt?.[userId.toLowerCase()] ?? call.nowS;
}
