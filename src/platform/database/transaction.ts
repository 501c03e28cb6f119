import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { CorpId } from '../context/typed-id.js';

/** The open transaction of the current asynchronous call. Only files of this folder touch it. */
export interface OpenTransaction {
  readonly client: PoolClient;
  readonly queryRunner: QueryRunner;
  readonly corpId: CorpId | undefined;
  readonly readOnly: boolean;
  readonly beforeCommit: (() => Promise<void>)[];
  readonly afterCommit: (() => void)[];
  /** Set before COMMIT is sent: a promise that outlives its unit of work must not write into the next one. */
  ended: boolean;
}

export const ambientTransaction = new AsyncLocalStorage<OpenTransaction>();

/** @throws when no unit of work is open, or when the promise that asks has outlived its unit of work. */
export function currentTransaction(): OpenTransaction {
  const open = ambientTransaction.getStore();
  if (!open) throw new Error('no unit of work is open: database access needs UnitOfWork.run or .read');
  if (open.ended) throw new Error('the unit of work has ended: await every promise before it ends');
  return open;
}
