import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryResult } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { CorpId } from '../context/typed-id.js';
import type { PreparedStatement } from './scoped-query.js';

/** The unit of work of the current asynchronous call. Only files of this folder touch it. */
export interface OpenUnit {
  readonly corpId: CorpId | undefined;
  /** Holds the transaction of a unit that writes. A unit that only reads has none, and no connection between its statements. */
  readonly queryRunner: QueryRunner | undefined;
  readonly beforeCommit: (() => Promise<void>)[];
  readonly afterCommit: (() => void)[];
  readonly memories: Map<object, object>;
  /** Set before COMMIT is sent: a promise that outlives its unit of work must not write into the next one. */
  ended: boolean;
  query<T extends object>(
    statement: string | PreparedStatement,
    params: readonly unknown[],
  ): Promise<QueryResult<T>>;
}

export const ambientUnit = new AsyncLocalStorage<OpenUnit>();

/** @throws when no unit of work is open, or when the promise that asks has outlived its unit of work. */
export function currentUnit(): OpenUnit {
  const open = ambientUnit.getStore();
  if (!open) throw new Error('no unit of work is open: database access needs UnitOfWork.run or .read');
  if (open.ended) throw new Error('the unit of work has ended: await every promise before it ends');
  return open;
}
