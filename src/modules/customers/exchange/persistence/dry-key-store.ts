import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../../../../platform/crypto/blind-index.js';
import { Database } from '../../../../platform/database/database.js';

/**
 * What a dry run would have stored in its earlier steps and later steps would find: each step is rolled back, so it is
 * remembered here, as hashes. Inside an open unit of work.
 */
@Injectable()
export class DryKeyStore {
  constructor(
    private readonly database: Database,
    private readonly blindIndex: BlindIndex,
  ) {}

  /** @returns who would hold each of these texts, by text. */
  async find(importId: string, texts: readonly string[]): Promise<Map<string, string>> {
    const byHash = new Map(texts.map((text) => [this.blindIndex.current(text), text]));
    const rows = await this.database.query<{ hash: string; holder: string }>(
      `SELECT key_hash AS hash, holder FROM customers.import_dry_keys
        WHERE corp_id = $1 AND import_id = $2 AND key_hash = ANY($3::text[])`,
      [this.database.corpId, importId, [...byHash.keys()]],
    );
    return new Map(rows.map(({ hash, holder }) => [byHash.get(hash) ?? '', holder]));
  }

  /** Who holds a text already stays. */
  async remember(importId: string, holders: ReadonlyMap<string, string>): Promise<void> {
    if (holders.size === 0) return;
    await this.database.execute(
      `INSERT INTO customers.import_dry_keys (corp_id, import_id, key_hash, holder)
       SELECT $1, $2, k.* FROM unnest($3::text[], $4::uuid[]) AS k ON CONFLICT DO NOTHING`,
      [
        this.database.corpId,
        importId,
        [...holders.keys()].map((text) => this.blindIndex.current(text)),
        [...holders.values()],
      ],
    );
  }
}
