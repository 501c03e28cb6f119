import type { OperationId } from '../../../../platform/operations/operation.js';

export const CODE_FILE_STATES = ['making', 'ready', 'handed_out'] as const;
export type CodeFileState = (typeof CODE_FILE_STATES)[number];

export const CODES_PER_FILE_MAX = 1_000_000;

/** Codes of a batch that nobody has yet. */
export interface CodeFile {
  readonly id: string;
  readonly batchId: string;
  readonly name: string;
  readonly wanted: number;
  readonly channel: string | null;
  /** Whoever has not used his code by then cannot any more. */
  readonly bindUntil: Date;
  readonly state: CodeFileState;
  /** Fewer than wanted where the stock ended, or somebody cancelled. */
  readonly made: number;
  readonly operationId: OperationId;
  /** Why there are fewer. */
  readonly errorCode: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly handedOutAt: Date | null;
  /** The owner of the key that took it. */
  readonly handedOutTo: string | null;
}
