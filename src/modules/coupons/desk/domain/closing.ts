/** What a store booked on one of its days, by batch and by whoever served. Money in 分. */
export interface ClosingLine {
  readonly batchId: string;
  readonly staffId: string | null;
  readonly redeemed: number;
  /** Of them those that were told late, by a desk that was without network. */
  readonly offline: number;
  readonly discount: number;
  readonly reversals: number;
  /** Of discounts, by the reversals. */
  readonly givenBack: number;
  /** Orders before coupons, each once, less what was taken back of them. */
  readonly revenue: number;
}

export type ClosingSums = Omit<ClosingLine, 'batchId' | 'staffId'>;

export interface Closing extends ClosingSums {
  readonly storeId: string;
  /** YYYY-MM-DD, of the store's time zone. */
  readonly day: string;
  readonly from: Date;
  readonly until: Date;
  readonly lines: readonly ClosingLine[];
  /** null: not closed, this is what there is up to now. */
  readonly closedAt: Date | null;
}

/** A day is closed so long after its end that everything which began in it has committed: statements end after 130 s. */
export const CLOSE_AFTER_MINUTES = 15;
