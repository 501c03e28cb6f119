import type { EventTarget, SandboxPeople } from '../sandbox.types.js';
import type { EventHost } from '../control/event-host.js';
import { completeTransfer, failTransfer } from './complete-transfers.js';
import type { Transfer } from './transfer-book.js';

type TransferPeople = Pick<SandboxPeople, 'customerRefusesTransfer' | 'customerAcceptsTransfer'>;

/** What the customer does with the notice that he will be handed over. */
export function transferPeople(host: EventHost): TransferPeople {
  return {
    customerRefusesTransfer: (o) => failTransfer(host, waitingOf(host, o), 'customer_refused', o),
    customerAcceptsTransfer: (o) => completeTransfer(host, waitingOf(host, o), o),
  };
}

function waitingOf(host: EventHost, o: EventTarget & { externalUserId: string }): Transfer {
  const transfer = host.transfers.waiting(host.world.get(o.corpId).corpId, o.externalUserId);
  if (!transfer) throw new Error(`${o.externalUserId} is not being handed over`);
  return transfer;
}
