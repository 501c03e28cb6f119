import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CorpId } from '../context/typed-id.js';
import { currentTransaction } from './transaction.js';

/**
 * The hands of the open unit of work: SQL and TypeORM on its connection. Throws when none is open.
 * `bigint` arrives as number (refused beyond 2^53), `timestamptz` as Date, `jsonb` parsed.
 */
@Injectable()
export class Database {
  async query<T extends object>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    const { client } = currentTransaction();
    const { rows } = await client.query<T>(sql, params as unknown[]); // reason: pg's type is mutable, it does not write
    return rows;
  }

  /** How many rows a statement without RETURNING touched. */
  async execute(sql: string, params: readonly unknown[] = []): Promise<number> {
    const { client } = currentTransaction();
    // reason: pg's type is mutable, it does not write
    const { rowCount } = await client.query(sql, params as unknown[]);
    return rowCount ?? 0;
  }

  async maybeOne<T extends object>(sql: string, params: readonly unknown[] = []): Promise<T | undefined> {
    const rows = await this.query<T>(sql, params);
    if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}`);
    return rows[0];
  }

  /** @throws when there is not exactly one row. */
  async one<T extends object>(sql: string, params: readonly unknown[] = []): Promise<T> {
    const row = await this.maybeOne<T>(sql, params);
    if (!row) throw new Error('expected one row, got none');
    return row;
  }

  /** The corp of the open unit of work. @throws when it has none. */
  get corpId(): CorpId {
    const { corpId } = currentTransaction();
    if (!corpId) throw new Error('the open unit of work belongs to no corp');
    return corpId;
  }

  get manager(): EntityManager {
    return currentTransaction().queryRunner.manager;
  }

  /** The database's clock, the only one that all processes share. */
  async now(): Promise<Date> {
    const { at } = await this.one<{ at: Date }>('SELECT clock_timestamp() AS at');
    return at;
  }
}
