import type { CorpId } from '../context/typed-id.js';
import type { Operation, OperationId, OperationQuestion, OperationState } from './operation.js';

/** A row as SQL returns it. */
export interface OperationRecord {
  id: OperationId;
  corp_id: CorpId;
  kind: string;
  state: OperationState;
  done: number;
  total: number | null;
  started_at: Date;
  updated_at: Date;
  finished_at: Date | null;
  result: object | null;
  error_code: string | null;
  error_detail: string | null;
  question: OperationQuestion | null;
}

export const OPERATION_COLUMNS =
  'id, corp_id, kind, state, done, total, started_at, updated_at, finished_at, result, error_code, error_detail, question';

export function toOperation(record: OperationRecord): Operation {
  return {
    id: record.id,
    corpId: record.corp_id,
    kind: record.kind,
    state: record.state,
    done: record.done,
    total: record.total ?? undefined,
    startedAt: record.started_at,
    updatedAt: record.updated_at,
    finishedAt: record.finished_at ?? undefined,
    result: record.result ?? undefined,
    errorCode: record.error_code ?? undefined,
    errorDetail: record.error_detail ?? undefined,
    question: record.question ?? undefined,
  };
}
