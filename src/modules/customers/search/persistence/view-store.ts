import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { CustomerFilter, SearchSort } from '../domain/customer-filter.js';

export interface ViewContent {
  readonly name: string;
  readonly filter: CustomerFilter;
  readonly sort: SearchSort;
}

/** A filter that people of the corp keep under a name. */
export interface SavedView extends ViewContent {
  readonly id: string;
  readonly owner: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `id, owner, name, filter, sort, created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Rows of saved views. Inside an open unit of work. */
@Injectable()
export class ViewStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /** @returns undefined when the owner has one of this name. */
  insert(owner: string, { name, filter, sort }: ViewContent): Promise<SavedView | undefined> {
    return this.database.maybeOne<SavedView>(
      `INSERT INTO customers.views (corp_id, id, owner, name, filter, sort, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6, now(), now()) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
      [this.database.corpId, this.ids.next(), owner, name, JSON.stringify(filter), sort],
    );
  }

  find(id: string): Promise<SavedView | undefined> {
    return this.database.maybeOne<SavedView>(
      `SELECT ${COLUMNS} FROM customers.views WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  list(owner: string | undefined, after: { id: string } | undefined, limit: number): Promise<SavedView[]> {
    return this.database.query<SavedView>(
      `SELECT ${COLUMNS} FROM customers.views
        WHERE corp_id = $1 AND ($2::text IS NULL OR owner = $2) AND ($3::uuid IS NULL OR id > $3)
        ORDER BY id LIMIT $4`,
      [this.database.corpId, owner ?? null, after?.id ?? null, limit],
    );
  }

  async isNameTaken(owner: string, name: string, exceptId: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT FROM customers.views WHERE corp_id = $1 AND owner = $2 AND name = $3 AND id <> $4`,
      [this.database.corpId, owner, name, exceptId],
    );
    return rows.length > 0;
  }

  replace(id: string, { name, filter, sort }: ViewContent): Promise<SavedView | undefined> {
    return this.database.maybeOne<SavedView>(
      `UPDATE customers.views SET name = $3, filter = $4::jsonb, sort = $5, updated_at = now()
        WHERE corp_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [this.database.corpId, id, name, JSON.stringify(filter), sort],
    );
  }

  async delete(id: string): Promise<boolean> {
    const removed = await this.database.execute(
      `DELETE FROM customers.views WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
    return removed > 0;
  }

  async count(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      `SELECT count(*) AS count FROM customers.views WHERE corp_id = $1`,
      [this.database.corpId],
    );
    return count;
  }

  /** Two who make or rename views of a corp take turns. */
  async lock(): Promise<void> {
    await this.database.execute(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `customers.views:${this.database.corpId}`,
    ]);
  }
}
