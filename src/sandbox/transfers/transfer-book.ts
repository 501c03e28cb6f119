import { dayNumber } from '../china-calendar.js';

/** Takes effect by itself 24 h after the call, unless the customer refuses (pages 92125, 94081). */
const WAIT_S = 24 * 3600;
const WINDOW_DAYS = 90;

/** 1 done, 2 waiting, 3 refused by the customer, 4 the taker has too many customers (page 94088). */
export type TransferStatus = 1 | 2 | 3 | 4;

export interface Transfer {
  corpId: string;
  /** The former member has left. */
  resigned: boolean;
  handoverUserId: string;
  takeoverUserId: string;
  externalUserId: string;
  submittedAt: number;
  status: TransferStatus;
  /** Of a waiting one the time at which it will take effect; 0 when it failed. */
  takeoverTime: number;
}

export type TransferOrder = Omit<Transfer, 'status' | 'takeoverTime'>;

/** Hand-overs of customers. Not kept over a restart. */
export class TransferBook {
  /** In order of submission; results are read page by page, so nothing is taken out. */
  private readonly transfers: Transfer[] = [];
  private readonly byCustomer = new Map<string, Transfer[]>();
  private readonly waitingOnes = new Map<string, Transfer>();
  private readonly handedOver = new Set<string>();
  private readonly groupTransfers: { chatKey: string; at: number }[] = [];

  submit(order: TransferOrder): Transfer {
    const transfer: Transfer = { ...order, status: 2, takeoverTime: order.submittedAt + WAIT_S };
    const customerKey = key(order.corpId, order.externalUserId);
    this.transfers.push(transfer);
    this.byCustomer.set(customerKey, [...(this.byCustomer.get(customerKey) ?? []), transfer]);
    this.waitingOnes.set(customerKey, transfer);
    return transfer;
  }

  waiting(corpId: string, externalUserId: string): Transfer | undefined {
    return this.waitingOnes.get(key(corpId, externalUserId));
  }

  /** All wait equally long, so the oldest are due first: asked before every call, this must not look at all. */
  due(nowS: number): Transfer[] {
    const due: Transfer[] = [];
    for (const transfer of this.waitingOnes.values()) {
      if (transfer.takeoverTime > nowS) break;
      due.push(transfer);
    }
    return due;
  }

  end(transfer: Transfer, status: Exclude<TransferStatus, 2>, atS: number): void {
    transfer.status = status;
    transfer.takeoverTime = status === 1 ? atS : 0;
    this.waitingOnes.delete(key(transfer.corpId, transfer.externalUserId));
    if (status === 1)
      this.handedOver.add(key(transfer.corpId, transfer.externalUserId, transfer.handoverUserId));
  }

  /** Whether this member gave the customer away before: he gets no add event when the customer returns (92125). */
  onceHandedOver(corpId: string, userId: string, externalUserId: string): boolean {
    return this.handedOver.has(key(corpId, externalUserId, userId));
  }

  /** Transfers on the job of the last 90 natural days that wait or took place. */
  countRecent(corpId: string, externalUserId: string, nowS: number): number {
    const firstDay = dayNumber(nowS) - WINDOW_DAYS + 1;
    const ofCustomer = this.byCustomer.get(key(corpId, externalUserId)) ?? [];
    return ofCustomer.filter(
      ({ resigned, status, submittedAt }) => !resigned && status <= 2 && dayNumber(submittedAt) >= firstDay,
    ).length;
  }

  /** The newest transfer of each customer between two members, by position. */
  between(pair: Pick<Transfer, 'corpId' | 'resigned' | 'handoverUserId' | 'takeoverUserId'>, after: number) {
    const newest = new Map<string, { position: number; transfer: Transfer }>();
    this.transfers.forEach((transfer, index) => {
      const fits =
        transfer.corpId === pair.corpId &&
        transfer.resigned === pair.resigned &&
        same(transfer.handoverUserId, pair.handoverUserId) &&
        same(transfer.takeoverUserId, pair.takeoverUserId);
      if (!fits) return;
      newest.delete(transfer.externalUserId);
      newest.set(transfer.externalUserId, { position: index + 1, transfer });
    });
    return [...newest.values()].filter(({ position }) => position > after);
  }

  /** Counts one group changing hands on the job; false when it did so twice within 90 natural days (page 95703). */
  takeGroupTurn(corpId: string, chatId: string, nowS: number): boolean {
    const chatKey = key(corpId, chatId);
    const firstDay = dayNumber(nowS) - WINDOW_DAYS + 1;
    const turns = this.groupTransfers.filter((turn) => turn.chatKey === chatKey);
    if (turns.filter((turn) => dayNumber(turn.at) >= firstDay).length >= 2) return false;
    this.groupTransfers.push({ chatKey, at: nowS });
    return true;
  }

  /** Counts one group of a member going to a new owner; false above 300 in a natural day (pages 92127, 95703). */
  takeOwnerTurn(corpId: string, ownerUserId: string, nowS: number): boolean {
    const chatKey = key(corpId, 'owner', ownerUserId);
    const today = dayNumber(nowS);
    const turns = this.groupTransfers.filter((turn) => turn.chatKey === chatKey);
    if (turns.filter((turn) => dayNumber(turn.at) === today).length >= 300) return false;
    this.groupTransfers.push({ chatKey, at: nowS });
    return true;
  }
}

/** User ids compare without case (rest-api.md section 1). */
const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function key(corpId: string, externalUserId: string, userId = ''): string {
  return `${corpId} ${externalUserId} ${userId.toLowerCase()}`;
}
