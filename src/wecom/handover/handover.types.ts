/** On the job, or after the former member left: WeCom has an API for each. */
export type HandoverKind = 'in_service' | 'resigned';

export interface HandoverPair {
  kind: HandoverKind;
  fromUserId: string;
  toUserId: string;
}

/** Page 92125: 0 means accepted, not done; the transfer takes effect after 24 h unless the customer refuses. */
export interface TransferAnswer {
  externalUserId: string;
  errcode: number;
}

/** Page 94088. `unknown`: a status that the page does not list. */
export type TransferStatus = 'done' | 'waiting' | 'refused_by_customer' | 'taker_full' | 'unknown';

export interface TransferResult {
  externalUserId: string;
  status: TransferStatus;
  /** When it took or will take effect; missing where it never will. */
  takeoverAt?: Date;
}

/** Page 92124: a customer of a member who left, and whom nobody has taken over. */
export interface UnassignedCustomer {
  userId: string;
  externalUserId: string;
  leftAt: Date;
}

export interface Paged<T> {
  items: T[];
  /** Empty when this was the last page. */
  nextCursor: string;
}
