import type { XmlField } from '../callbacks/xml.js';
import type { EventHost } from '../control/event-host.js';
import type { EventTarget } from '../sandbox-events.types.js';
import type { Corp } from '../world/corp.js';
import type { Transfer } from './transfer-book.js';

const EVENT = 'change_external_contact';
/** 管理员/负责人分配 (page 92114). */
const ADD_WAY_ASSIGNED = 202;

/** What the clock does: transfers that nobody refused within 24 h. */
export function completeDueTransfers(host: EventHost): void {
  for (const transfer of host.transfers.due(host.nowS())) completeTransfer(host, transfer);
}

/** The customer now belongs to the taker; without an event for him in the two cases of page 92125. */
export function completeTransfer(host: EventHost, transfer: Transfer, target: EventTarget = {}): void {
  const corp = host.world.get(transfer.corpId);
  const { takeoverUserId, handoverUserId, externalUserId } = transfer;
  const taker = corp.findStaff(takeoverUserId);
  if (!taker || corp.customers.countOf(takeoverUserId) >= host.switches.customersPerStaffMax) {
    failTransfer(host, transfer, 'customer_limit_exceed', target);
    return;
  }
  const wasFriend = corp.customers.follow(takeoverUserId, externalUserId) !== undefined;
  const returns = host.transfers.onceHandedOver(corp.corpId, takeoverUserId, externalUserId);
  host.transfers.end(transfer, 1, host.nowS());
  removeFormer(corp, handoverUserId, externalUserId);
  if (!wasFriend) addTaker(host, corp, takeoverUserId, externalUserId);
  const fields = (userId: string): XmlField[] => [
    ['UserID', userId],
    ['ExternalUserID', externalUserId],
  ];
  if (!wasFriend && !returns) {
    const changeType = 'add_external_contact';
    host.router.toApps(target, corp, EVENT, changeType, fields(takeoverUserId), takeoverUserId);
  }
  // A member who has left deletes nobody.
  if (transfer.resigned) return;
  const removed: XmlField[] = [...fields(handoverUserId), ['Source', 'DELETE_BY_TRANSFER']];
  host.router.toApps(target, corp, EVENT, 'del_external_contact', removed, handoverUserId);
}

/** UserID of the event is the member who should have taken over (callbacks.md section 3.1). */
export function failTransfer(
  host: EventHost,
  transfer: Transfer,
  reason: 'customer_refused' | 'customer_limit_exceed',
  target: EventTarget = {},
): void {
  host.transfers.end(transfer, reason === 'customer_refused' ? 3 : 4, host.nowS());
  const fields: XmlField[] = [
    ['FailReason', reason],
    ['UserID', transfer.takeoverUserId],
    ['ExternalUserID', transfer.externalUserId],
  ];
  const corp = host.world.get(transfer.corpId);
  host.router.toApps(target, corp, EVENT, 'transfer_fail', fields, transfer.takeoverUserId);
}

function removeFormer(corp: Corp, userId: string, externalUserId: string): void {
  const customer = corp.customers.find(externalUserId);
  const follow = corp.customers.follow(userId, externalUserId);
  if (customer && follow) corp.customers.removeFollow(customer, follow);
}

function addTaker(host: EventHost, corp: Corp, userId: string, externalUserId: string): void {
  const customer = corp.customers.find(externalUserId);
  if (!customer) return;
  corp.customers.addFollow(customer, {
    userId: corp.getStaff(userId).userId,
    seq: corp.nextSeq(),
    createdAt: host.nowS(),
    addWay: ADD_WAY_ASSIGNED,
    operUserId: userId,
  });
}
