import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import type { CorpId } from '../context/typed-id.js';
import { type PreparedStatement, runScoped } from './scoped-query.js';
import { discard, isGivenUp, statementLimitMs } from './statement-limit.js';
import { ambientUnit, currentUnit, type OpenUnit } from './transaction.js';

/** Deadlock and serialization failure: PostgreSQL rolled the work back and asks to run it again. */
const RETRYABLE_SQL_STATES = new Set(['40P01', '40001']);
const ATTEMPTS_MAX = 3;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * One piece of work with the database, for one corp: a transaction when it writes.
 *
 * The corp is put into the transaction (`app.corp_id`), where row-level security reads it; work without a corp sees
 * only the tables that have no tenant. Nested calls join the open transaction. After a deadlock the whole work runs
 * again, at most three times in all, so it must have no effect outside the database.
 */
@Injectable()
export class UnitOfWork {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws when another corp's unit of work, or one that only reads, is open. */
  async run<T>(corpId: CorpId | undefined, work: () => Promise<T>): Promise<T> {
    const open = this.joinable(corpId);
    if (open && !open.queryRunner)
      throw new Error('a unit of work that only reads is open: it cannot become a write');
    return open ? work() : this.repeatOnDeadlock(() => this.transact(corpId, work));
  }

  /**
   * For work that only reads: each statement is a transaction of its own, in which PostgreSQL refuses to write. It sees
   * what was committed before it began, as it would at PostgreSQL's default isolation inside one transaction, too.
   */
  async read<T>(corpId: CorpId | undefined, work: () => Promise<T>): Promise<T> {
    if (this.joinable(corpId)) return work();
    const open = this.openToRead(corpId);
    try {
      const result = await ambientUnit.run(open, work);
      for (const after of open.afterCommit) after();
      return result;
    } finally {
      open.ended = true;
    }
  }

  /**
   * A whole transaction that is one statement, as one message instead of four (docs/adr/0013). For the hottest writes.
   * @throws when a unit of work is open: this one would not be part of it.
   */
  async write<T extends object>(
    corpId: CorpId,
    statement: PreparedStatement,
    params: readonly unknown[],
  ): Promise<T[]> {
    if (ambientUnit.getStore())
      throw new Error('a unit of work is open: the statement would commit without it');
    const scope = { corpId, mode: 'write' } as const;
    const { rows } = await this.repeatOnDeadlock(() => runScoped<T>(this.pool(), scope, statement, params));
    return rows;
  }

  isOpen(): boolean {
    const open = ambientUnit.getStore();
    return open !== undefined && !open.ended;
  }

  corpId(): CorpId {
    const { corpId } = currentUnit();
    if (!corpId) throw new Error('the open unit of work belongs to no corp');
    return corpId;
  }

  /** The corp of the open unit of work, undefined for work without one. @throws when none is open. */
  findCorpId(): CorpId | undefined {
    return currentUnit().corpId;
  }

  /** Runs inside the transaction, after the work: what must be written once for the whole unit. */
  beforeCommit(work: () => Promise<void>): void {
    const open = currentUnit();
    if (!open.queryRunner) throw new Error('the open unit of work only reads: nothing is committed');
    open.beforeCommit.push(work);
  }

  afterCommit(work: () => void): void {
    currentUnit().afterCommit.push(work);
  }

  /** What somebody remembers of this unit of work, and forgets with it: made when it is asked for first. */
  memory<T extends object>(owner: object, make: () => T): T {
    const { memories } = currentUnit();
    const known = memories.get(owner) ?? make();
    memories.set(owner, known);
    return known as T; // reason: only the owner puts something under its name
  }

  /** How many connections this process holds, and how many pieces of work wait for one. */
  connections(): { used: number; idle: number; waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool();
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  private joinable(corpId: CorpId | undefined): OpenUnit | undefined {
    const open = ambientUnit.getStore();
    if (!open) return undefined;
    if (open.ended) throw new Error('the unit of work has ended: await every promise before it ends');
    if (open.corpId !== corpId) throw new Error('a unit of work of another corp is open');
    return open;
  }

  private async repeatOnDeadlock<T>(attempt: () => Promise<T>): Promise<T> {
    for (let left = ATTEMPTS_MAX; ; left--) {
      try {
        return await attempt();
      } catch (error) {
        if (left <= 1 || !RETRYABLE_SQL_STATES.has(sqlStateOf(error))) throw error;
      }
    }
  }

  private openToRead(corpId: CorpId | undefined): OpenUnit {
    const pool = this.pool();
    return {
      corpId,
      queryRunner: undefined,
      beforeCommit: [],
      afterCommit: [],
      memories: new Map(),
      ended: false,
      query: (statement, params) => runScoped(pool, { corpId, mode: modeOf(statement) }, statement, params),
    };
  }

  private pool(): Pool {
    // reason for the cast: TypeORM keeps its pool behind a type that all its drivers share
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  private async transact<T>(corpId: CorpId | undefined, work: () => Promise<T>): Promise<T> {
    const queryRunner = this.dataSource.createQueryRunner();
    const client: PoolClient = await queryRunner.connect();
    let broken: Error | undefined;
    try {
      await limited(client, beginStatement(corpId), []);
      markTransaction(queryRunner, true);
      const open: OpenUnit = {
        queryRunner,
        corpId,
        beforeCommit: [],
        afterCommit: [],
        memories: new Map(),
        ended: false,
        query: (statement, params) => limited(client, statement, params),
      };
      const result = await ambientUnit.run(open, () => this.finish(open, client, work));
      for (const after of open.afterCommit) after();
      return result;
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      if (isGivenUp(broken)) discard(client);
      else if (broken) await rollback(client);
      markTransaction(queryRunner, false);
      await queryRunner.release();
    }
  }

  private async finish<T>(open: OpenUnit, client: PoolClient, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      for (let hook = open.beforeCommit.shift(); hook; hook = open.beforeCommit.shift()) await hook();
      open.ended = true;
      const { command } = await limited(client, 'COMMIT', []);
      // A statement whose error was caught leaves the transaction aborted, and COMMIT then rolls back without an error.
      if (command !== 'COMMIT')
        throw new Error(`the transaction was not committed: COMMIT answered ${command}`);
      return result;
    } finally {
      open.ended = true;
    }
  }
}

function limited<T extends object>(
  client: PoolClient,
  statement: string | PreparedStatement,
  params: readonly unknown[],
): Promise<QueryResult<T>> {
  // pg reads query_timeout of each query, which its types do not say
  const query: QueryConfig & { query_timeout: number } = {
    ...(typeof statement === 'string' || statement.inOrder ? { text: textOf(statement) } : statement),
    ...(params.length > 0 && { values: [...params] }), // without values several statements go as one message
    query_timeout: statementLimitMs(),
  };
  return client.query<T>(query);
}

function modeOf(statement: string | PreparedStatement): 'read' | 'readInOrder' {
  return typeof statement !== 'string' && statement.inOrder ? 'readInOrder' : 'read';
}

function textOf(statement: string | PreparedStatement): string {
  return typeof statement === 'string' ? statement : statement.text;
}

/** BEGIN and the corp in one message, which takes back the round trip of the setting (measured: 0.62 against 0.49). */
function beginStatement(corpId: CorpId | undefined): string {
  if (corpId === undefined) return 'BEGIN';
  if (!UUID.test(corpId)) throw new Error('not a corp id');
  return `BEGIN; SELECT set_config('app.corp_id', '${corpId}', true)`;
}

/**
 * Tells TypeORM that a transaction is open. Without it a nested `manager.transaction()` or `save()` would send its own
 * START TRANSACTION and COMMIT: the outer work would be committed early and the corp setting lost.
 */
function markTransaction(queryRunner: QueryRunner, open: boolean): void {
  // reason for the cast: `transactionDepth` is protected, and there is no public way to say this
  Object.assign(queryRunner as unknown as object, {
    isTransactionActive: open,
    transactionDepth: open ? 1 : 0,
  });
}

async function rollback(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK');
  } catch {
    // The connection is gone, and with it the transaction; the first error tells the story.
  }
}

function sqlStateOf(error: unknown): string {
  // reason: anything can be thrown; each part is checked before it is used
  const holder = error as { code?: unknown; driverError?: { code?: unknown }; cause?: unknown } | undefined;
  const code = holder?.driverError?.code ?? holder?.code;
  if (typeof code === 'string') return code;
  return holder?.cause ? sqlStateOf(holder.cause) : '';
}
