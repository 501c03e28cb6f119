import type { Answer, Call } from '../../endpoint.js';
import { pageOf } from '../../paging.js';
import { servingMember } from '../../visible-range.js';
import { leftWithinAYear, partiesOf } from './transfer-parties.js';

const TRANSFERS_MAX = 2;
const RESULTS_PER_PAGE = 1000;

/** Page 92125. Per customer 0 only means accepted. */
export function transferCustomers(call: Call): Answer {
  return submit(call, false);
}

/** Page 94081, for members who left. */
export function transferResignedCustomers(call: Call): Answer {
  return submit(call, true);
}

/** Page 94088. */
export function getTransferResult(call: Call): Answer {
  return results(call, false);
}

/** Page 94082. */
export function getResignedTransferResult(call: Call): Answer {
  return results(call, true);
}

function submit(call: Call, resigned: boolean): Answer {
  const { corp, host, nowS } = call;
  const { handoverUserId, takeoverUserId } = partiesOf(call, resigned);
  const customer = call.params.texts('external_userid').map((externalUserId) => {
    const errcode = refusalOf(call, resigned, handoverUserId, takeoverUserId, externalUserId);
    if (errcode === 0) {
      const order = { corpId: corp.corpId, resigned, handoverUserId, takeoverUserId, externalUserId };
      host.transfers.submit({ ...order, submittedAt: nowS });
    }
    return { external_userid: externalUserId, errcode };
  });
  return { customer };
}

function refusalOf(
  call: Call,
  resigned: boolean,
  handoverUserId: string,
  takeoverUserId: string,
  externalUserId: string,
): number {
  const { corp, host, nowS } = call;
  if ((corp.customers.find(externalUserId)?.follows ?? []).length === 0) return 40096;
  if (!corp.customers.follow(handoverUserId, externalUserId)) return 40131;
  // No page names the code for a member who left more than a year ago; he no longer counts as a follower.
  if (resigned && !leftWithinAYear(call, handoverUserId)) return 40131;
  if (host.transfers.waiting(corp.corpId, externalUserId)) return 40129;
  if (corp.customers.countOf(takeoverUserId) >= host.switches.customersPerStaffMax) return 40099;
  if (!resigned && host.transfers.countRecent(corp.corpId, externalUserId, nowS) >= TRANSFERS_MAX)
    return 40128;
  return 0;
}

function results(call: Call, resigned: boolean): Answer {
  const { corp, host, params } = call;
  const handoverUserId = params.text('handover_userid');
  const takeoverUserId = servingMember(call, params.text('takeover_userid')).userId;
  const pair = { handoverUserId, takeoverUserId };
  const walk = `transfer_result ${corp.corpId} ${resigned} ${pair.handoverUserId} ${pair.takeoverUserId}`;
  const { items, next_cursor } = pageOf(call, walk, RESULTS_PER_PAGE, (after) =>
    host.transfers.between({ corpId: corp.corpId, resigned, ...pair }, after),
  );
  return {
    customer: items.map(({ transfer }) => ({
      external_userid: transfer.externalUserId,
      status: transfer.status,
      takeover_time: transfer.takeoverTime,
    })),
    next_cursor,
  };
}
