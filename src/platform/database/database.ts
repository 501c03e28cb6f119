import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CorpId } from '../context/typed-id.js';
import type { PreparedStatement } from './scoped-query.js';
import { currentUnit } from './transaction.js';

/**
 * The hands of the open unit of work: SQL and TypeORM on its connection. Throws when none is open.
 * `bigint` arrives as number (refused beyond 2^53), `timestamptz` as Date, `jsonb` parsed.
 */
@Injectable()
export class Database {
  async query<T extends object>(
    statement: string | PreparedStatement,
    params: readonly unknown[] = [],
  ): Promise<T[]> {
    const { rows } = await currentUnit().query<T>(statement, params);
    return rows;
  }

  /** How many rows a statement without RETURNING touched. */
  async execute(sql: string, params: readonly unknown[] = []): Promise<number> {
    const { rowCount } = await currentUnit().query(sql, params);
    return rowCount ?? 0;
  }

  async maybeOne<T extends object>(
    statement: string | PreparedStatement,
    params: readonly unknown[] = [],
  ): Promise<T | undefined> {
    const { rows } = await currentUnit().query<T>(statement, params);
    if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}`);
    return rows[0];
  }

  /** @throws when there is not exactly one row. */
  async one<T extends object>(
    statement: string | PreparedStatement,
    params: readonly unknown[] = [],
  ): Promise<T> {
    const row = await this.maybeOne<T>(statement, params);
    if (!row) throw new Error('expected one row, got none');
    return row;
  }

  /** The corp of the open unit of work. @throws when it has none. */
  get corpId(): CorpId {
    const { corpId } = currentUnit();
    if (!corpId) throw new Error('the open unit of work belongs to no corp');
    return corpId;
  }

  /** TypeORM on the transaction. @throws in a unit of work that only reads, which has none. */
  get manager(): EntityManager {
    const { queryRunner } = currentUnit();
    if (!queryRunner) throw new Error('the open unit of work only reads: it has statements, and no manager');
    return queryRunner.manager;
  }

  /** Whether the database, which cuts the days, knows a time zone by this very name: it and JavaScript have lists of their own. */
  async knowsTimeZone(name: string): Promise<boolean> {
    const known = await this.maybeOne('SELECT 1 FROM pg_timezone_names WHERE name = $1', [name]);
    return known !== undefined;
  }

  /** The database's clock, the only one that all processes share. */
  async now(): Promise<Date> {
    const { at } = await this.one<{ at: Date }>('SELECT clock_timestamp() AS at');
    return at;
  }
}
