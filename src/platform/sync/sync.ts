import type { CorpId } from '../context/typed-id.js';

/** One thing that a pass still has to read. It stays a row until what was read is committed. */
export interface SyncItem {
  /** Lower stages are read first, so a later stage can look at what the earlier ones brought. */
  readonly stage: number;
  /** Unique in its stage; adding it again changes nothing. */
  readonly key: string;
  /** What `load` needs besides the key: a cursor, a list of ids. No personal data. */
  readonly args?: Readonly<Record<string, unknown>>;
}

export interface SyncPass {
  readonly corpId: CorpId;
  readonly operationId: string;
  /** The database's clock when the pass began. Rows fetched since then have been seen. */
  readonly startedAt: Date;
}

/** What reading one item changed, and what follows from it. */
export interface SyncStep {
  /** The item is not finished: it is read again with these arguments (the next page of a listing). */
  readonly again?: Readonly<Record<string, unknown>>;
  readonly items?: readonly SyncItem[];
  readonly inserted?: number;
  readonly changed?: number;
  readonly ended?: number;
}

/** What one item brought. */
export interface SyncReading<L = unknown> {
  readonly item: SyncItem;
  readonly loaded: L;
}

/** The part of `Sync` and `RoundSync` that both have. */
interface SyncBase<L> {
  /** Also the kind of the operation that shows the progress, such as `staff.sync`. */
  readonly kind: string;
  readonly first: SyncItem;
  /** Calls WeCom; no unit of work is open. A thrown error repeats the item later, so an expected refusal is a result. */
  load(item: SyncItem, pass: SyncPass): Promise<L>;
  /**
   * By what is counted (`staff`, `departments`): live rows that nobody has fetched since `pass.startedAt`, and all live
   * rows. Called inside a unit of work.
   */
  countMissing(pass: SyncPass): Promise<Readonly<Record<string, MissingCount>>>;
  /** Marks what `countMissing` counted as gone; never deletes. Called inside a unit of work. */
  endMissing(pass: SyncPass): Promise<number>;
  /** What the result of the pass says besides the counts, such as what could not be read. Inside a unit of work. */
  report?(pass: SyncPass): Promise<object>;
}

/**
 * How one module pulls its mirror from WeCom. A pass reads every item, and only when all are read does it end what it
 * did not see. `L` is what one item brings.
 */
export interface Sync<L = unknown> extends SyncBase<L> {
  /**
   * Stores what was read, in the unit of work that also finishes the item.
   * @param readAt the database's clock before the call: rows fetched later than that are left alone.
   */
  apply(item: SyncItem, loaded: L, readAt: Date, pass: SyncPass): Promise<SyncStep>;
}

/** Like `Sync`, for a mirror so large that storing what many items brought by the same few statements pays. */
export interface RoundSync<L = unknown> extends SyncBase<L> {
  /** @returns a step for each reading, in their order; what was counted may stand in any of them. */
  applyRound(readings: readonly SyncReading<L>[], readAt: Date, pass: SyncPass): Promise<readonly SyncStep[]>;
}

export type AnySync<L = unknown> = Sync<L> | RoundSync<L>;

export interface MissingCount {
  readonly missing: number;
  readonly of: number;
}
