export const OPENING_STATES = [
  'staging',
  'running',
  'checked',
  'done',
  'failed',
  'cancelled',
  'reversing',
  'reversed',
] as const;
export type OpeningState = (typeof OPENING_STATES)[number];

/** A larger book comes as several: a reversal of one is one transaction. */
export const OPENING_ROWS_MAX = 100_000;
export const STAGED_ROWS_MAX = 1_000;

/** In these it takes rows and can be started. A failed or cancelled run goes on where it stopped: what is booked is repeated. */
export const STARTABLE: readonly OpeningState[] = ['staging', 'checked', 'failed', 'cancelled'];

/** Whether the last run came to the last row. */
export function isThrough({ dryRun, cursor, stagedRows }: Opening): boolean {
  return !dryRun && cursor === stagedRows;
}

/** An import of balances that members bring from another system. */
export interface Opening {
  readonly id: string;
  readonly programId: string;
  readonly name: string;
  readonly state: OpeningState;
  /** Of the last run. */
  readonly dryRun: boolean;
  /** Control sums, given before any row came. */
  readonly expectedRows: number;
  readonly expectedPoints: number;
  readonly stagedRows: number;
  readonly stagedPoints: number;
  readonly operationId: string | null;
  /** Number of the last row that is done. */
  readonly cursor: number;
  readonly bookedRows: number;
  readonly bookedPoints: number;
  /** Rows that an earlier import has booked already. */
  readonly repeatedRows: number;
  readonly refusedRows: number;
  readonly errorCode: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** One lot of one account, or a level, or both. An account with three lots is three rows. */
export interface OpeningRow {
  /** Business key within the program: booked once, whatever import brings it. */
  readonly key: string;
  readonly customerId: string;
  readonly wallet: string;
  /** 0: the row only brings a level. */
  readonly points: number;
  /** Null: never. */
  readonly expiresAt: Date | null;
  readonly level: OpeningLevel | null;
}

export interface OpeningLevel {
  readonly key: string;
  /** Since when the member holds it. */
  readonly since: Date;
}

export interface StagedRow extends OpeningRow {
  readonly number: number;
  /** Booked by this import in a run before. */
  readonly isBooked: boolean;
}

/** What became of a row: its transfer, nothing new, or why not. */
export type RowOutcome =
  | { readonly number: number; readonly outcome: 'booked'; readonly transferId: string | null }
  | { readonly number: number; readonly outcome: 'repeated' }
  | { readonly number: number; readonly outcome: 'refused'; readonly code: string };

export function isSameRow(a: OpeningRow, b: OpeningRow): boolean {
  return (
    a.customerId === b.customerId &&
    a.wallet === b.wallet &&
    a.points === b.points &&
    (a.expiresAt?.getTime() ?? null) === (b.expiresAt?.getTime() ?? null) &&
    a.level?.key === b.level?.key &&
    a.level?.since.getTime() === b.level?.since.getTime()
  );
}
