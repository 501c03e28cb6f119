import type { OperationId } from '../../../../platform/operations/operation.js';
import type { FileFormat } from '../../../customers/index.js';

export const IMPORT_STATES = ['uploading', 'running', 'checked', 'done', 'failed', 'cancelled'] as const;
export type CouponImportState = (typeof IMPORT_STATES)[number];

/** After a failure or a cancellation it begins at the first row again, and what was imported already is repeated. */
export const STARTABLE: readonly CouponImportState[] = ['uploading', 'checked', 'failed', 'cancelled'];

/** So that codes that come twice can be told without a table of them. */
export const IMPORT_ROWS_MAX = 500_000;

/** What the other system says of its own file. */
export interface ControlSums {
  readonly rows: number;
  /** Of them codes that nobody has yet. */
  readonly claimable: number;
  /** Of them coupons that somebody holds. The others are not live. */
  readonly claimed: number;
}

export interface CouponImport {
  readonly id: string;
  readonly batchId: string;
  readonly name: string;
  readonly format: FileFormat;
  readonly state: CouponImportState;
  /** Of the last run. */
  readonly dryRun: boolean;
  readonly expected: ControlSums;
  readonly operationId: OperationId | null;
  /** The sums have been compared in this run. */
  readonly isCounted: boolean;
  /** Number of the last row that is done. */
  readonly cursor: number;
  readonly done: number;
  readonly imported: number;
  /** Coupons that were there already, of this import or another one. */
  readonly repeated: number;
  readonly refused: number;
  readonly errorCode: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export type RowOutcome =
  | { readonly number: number; readonly outcome: 'imported' | 'repeated' }
  | { readonly number: number; readonly outcome: 'refused'; readonly code: string };
