import type { CorpId } from '../context/typed-id.js';

export type OperationId = string & { readonly __operationId: unique symbol };

/** Public ids of operations read `op_…`. */
export const OPERATION_ID_PREFIX = 'op';

export const OPERATION_STATES = [
  'queued',
  'running',
  'awaiting_confirmation',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

/** What an operation asks before it goes on, in numbers that a person can judge. */
export interface OperationQuestion {
  /** A code such as `too_many_to_mark`. */
  readonly reason: string;
  readonly counts: Record<string, number>;
}

/** Long work of one corp that people watch. */
export interface Operation {
  readonly id: OperationId;
  readonly corpId: CorpId;
  /** `<module>.<verb_noun>`, for example `customers.sync`. */
  readonly kind: string;
  readonly state: OperationState;
  readonly done: number;
  /** Undefined while nobody knows. */
  readonly total: number | undefined;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly finishedAt: Date | undefined;
  readonly result: object | undefined;
  readonly errorCode: string | undefined;
  readonly errorDetail: string | undefined;
  readonly question: OperationQuestion | undefined;
}
