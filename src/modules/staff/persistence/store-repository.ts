import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Ids } from '../../../platform/clock/ids.js';
import { Database } from '../../../platform/database/database.js';
import type { NewStore, Store, StoreChange } from '../domain/store.js';

export const STORE_COLUMNS = `id, code, name, time_zone AS "timeZone", department_ids::float8[] AS "departmentIds",
  external_id AS "externalId", closed_at AS "closedAt", created_at AS "createdAt"`;

@Injectable()
export class StoreRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** @returns undefined when the code or the external id is taken: nothing has happened. */
  async insert({ code, name, timeZone, departmentIds, externalId }: NewStore): Promise<string | undefined> {
    const id = this.ids.next();
    const inserted = await this.database.execute(
      `INSERT INTO staff.stores (corp_id, id, code, name, time_zone, department_ids, external_id, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [this.database.corpId, id, code, name, timeZone, departmentIds, externalId, this.clock.now()],
    );
    return inserted === 1 ? id : undefined;
  }

  lock(id: string): Promise<Store | undefined> {
    return this.database.maybeOne<Store>(
      `SELECT ${STORE_COLUMNS} FROM staff.stores WHERE corp_id = $1 AND id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  async change(id: string, { name, departmentIds, externalId }: Required<StoreChange>): Promise<void> {
    await this.database.execute(
      'UPDATE staff.stores SET name = $3, department_ids = $4, external_id = $5 WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, id, name, departmentIds, externalId],
    );
  }

  /** The first time stays. */
  async close(id: string): Promise<void> {
    await this.database.execute(
      'UPDATE staff.stores SET closed_at = coalesce(closed_at, $3) WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, id, this.clock.now()],
    );
  }

  async count(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      'SELECT count(*)::int AS count FROM staff.stores WHERE corp_id = $1',
      [this.database.corpId],
    );
    return count;
  }

  async withExternalId(externalId: string): Promise<string | undefined> {
    const row = await this.database.maybeOne<{ id: string }>(
      'SELECT id FROM staff.stores WHERE corp_id = $1 AND external_id = $2',
      [this.database.corpId, externalId],
    );
    return row?.id;
  }
}
