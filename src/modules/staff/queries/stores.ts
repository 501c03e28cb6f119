import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { Store } from '../domain/store.js';
import { STORE_COLUMNS } from '../persistence/store-repository.js';
import { staffErrors } from '../staff.errors.js';

export interface StoreFilter {
  readonly code?: string;
  readonly externalId?: string;
  readonly open?: boolean;
}

/** Stores, for this module and others, closed ones too. Inside an open unit of work. */
@Injectable()
export class Stores {
  constructor(private readonly database: Database) {}

  /** @throws staff.store_not_found */
  async get(id: string): Promise<Store> {
    const store = (await this.byIds([id])).get(id);
    if (!store) throw staffErrors.store_not_found();
    return store;
  }

  /** @returns by id; unknown ones are missing. */
  async byIds(ids: readonly string[]): Promise<Map<string, Store>> {
    const stores = await this.database.query<Store>(
      `SELECT ${STORE_COLUMNS} FROM staff.stores WHERE corp_id = $1 AND id = ANY($2::uuid[])`,
      [this.database.corpId, ids],
    );
    return new Map(stores.map((store) => [store.id, store]));
  }

  /** @returns by code; unknown ones are missing. */
  async byCodes(codes: readonly string[]): Promise<Map<string, Store>> {
    const stores = await this.database.query<Store>(
      `SELECT ${STORE_COLUMNS} FROM staff.stores WHERE corp_id = $1 AND code = ANY($2::text[])`,
      [this.database.corpId, codes],
    );
    return new Map(stores.map((store) => [store.code, store]));
  }

  /** In the order of making, by primary key. */
  list(filter: StoreFilter, after: { id: string } | undefined, limit: number): Promise<Store[]> {
    return this.database.query<Store>(
      `SELECT ${STORE_COLUMNS} FROM staff.stores
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id > $2) AND ($3::text IS NULL OR code = $3)
          AND ($4::text IS NULL OR external_id = $4) AND ($5::boolean IS NULL OR (closed_at IS NULL) = $5)
        ORDER BY id LIMIT $6`,
      [
        this.database.corpId,
        after?.id ?? null,
        filter.code ?? null,
        filter.externalId ?? null,
        filter.open ?? null,
        limit,
      ],
    );
  }
}
