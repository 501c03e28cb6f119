import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { BlindIndex } from '../../../../platform/crypto/blind-index.js';
import { registerEncryptedColumn } from '../../../../platform/crypto/encrypted-columns.js';
import { Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import { type Identifier, identifierText, maskIdentifier } from '../domain/identifier.js';
import { isPlaceholderPhone } from '../domain/placeholder-phone.js';

const TABLE = 'customers.identifiers';
const SEALED_COLUMN = 'value_sealed';

registerEncryptedColumn({
  table: TABLE,
  column: SEALED_COLUMN,
  rowId: 'id',
  blindIndex: { column: 'value_hash', normalise: (text) => text },
});

/** An identifier of a customer, not yet written. */
export interface NewHolding {
  readonly customerId: string;
  readonly identifier: Identifier;
  /** wecom, remark (a staff noted it), crm, shop, import, api …: who says so. */
  readonly source: string;
}

/** What one source told of a customer. */
export interface StoredHolding {
  readonly id: string;
  readonly customerId: string;
  readonly valueId: string;
  readonly source: string;
}

/** Rows of identifiers. Inside an open unit of work; who adds or removes holds the locks of the values. */
@Injectable()
export class IdentifierStore {
  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly blindIndex: BlindIndex,
    private readonly ids: Ids,
  ) {}

  /**
   * The ids of values that stand somewhere already, by their text: as somebody's identifier, or on the block list. In the
   * order of identifiers_value_hash_idx: for any one row PostgreSQL would rather look through the table, while it has not
   * counted what is in it.
   */
  async valueIdsOf(identifiers: readonly Identifier[]): Promise<Map<string, string>> {
    const texts = identifiers.map(identifierText);
    const textOf = new Map(texts.flatMap((text) => this.blindIndex.of(text).map((hash) => [hash, text])));
    const rows = await this.database.query<{ hash: string; valueId: string }>(
      `SELECT k.hash, i.value_id AS "valueId" FROM unnest($2::text[]) AS k(hash)
        CROSS JOIN LATERAL (
          (SELECT value_id FROM customers.identifiers WHERE corp_id = $1 AND value_hash = k.hash
            ORDER BY customer_id LIMIT 1)
          UNION ALL
          (SELECT value_id FROM customers.blocked_identifiers WHERE corp_id = $1 AND value_hash = k.hash)
          LIMIT 1) i`,
      [this.database.corpId, [...textOf.keys()]],
    );
    return new Map(rows.map(({ hash, valueId }) => [textOf.get(hash) ?? '', valueId]));
  }

  async listOf(customerIds: readonly string[]): Promise<StoredHolding[]> {
    return this.database.query<StoredHolding>(
      `SELECT id, customer_id AS "customerId", value_id AS "valueId", source FROM customers.identifiers
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])`,
      [this.database.corpId, customerIds],
    );
  }

  /** Contacts of WeCom with these external_userids: they hold them without a row. */
  async contactsWith(externalUserIds: readonly string[]): Promise<NewHolding[]> {
    if (externalUserIds.length === 0) return [];
    const rows = await this.database.query<{ customerId: string; value: string }>(
      `SELECT id AS "customerId", external_user_id AS value FROM customers.customers
        WHERE corp_id = $1 AND external_user_id = ANY($2::text[])`,
      [this.database.corpId, externalUserIds],
    );
    return rows.map(({ customerId, value }) => ({
      customerId,
      identifier: { kind: 'external_userid', namespace: '', value },
      source: 'wecom',
    }));
  }

  /**
   * What a source has told already stays as it is, and nothing comes back to who was erased.
   * @param valueIds by text; new values are added to it.
   * @returns how many are new
   */
  async add(holdings: readonly NewHolding[], valueIds: Map<string, string>): Promise<number> {
    if (holdings.length === 0) return 0;
    const records = holdings.map((holding) => this.toRecord(holding, valueIds));
    return this.database.execute(
      `INSERT INTO customers.identifiers (corp_id, id, customer_id, kind, namespace, value_id, value_hash, value_sealed,
              value_masked, placeholder, source, observed_at)
       SELECT $1, i.*, statement_timestamp()
         FROM json_to_recordset($2::json) AS i(id uuid, customer_id uuid, kind text, namespace text, value_id uuid,
              value_hash text, value_sealed text, value_masked text, placeholder boolean, source text)
        WHERE NOT EXISTS (SELECT FROM customers.profiles p
                           WHERE p.corp_id = $1 AND p.customer_id = i.customer_id AND p.erased_at IS NOT NULL)
       ON CONFLICT (corp_id, value_id, customer_id, source) DO NOTHING`,
      [this.database.corpId, JSON.stringify(records)],
    );
  }

  async hasErased(customerIds: readonly string[]): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 AS one FROM customers.profiles
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND erased_at IS NOT NULL LIMIT 1`,
      [this.database.corpId, customerIds],
    );
    return rows.length > 0;
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.database.execute(
      `DELETE FROM customers.identifiers WHERE corp_id = $1 AND id = ANY($2::uuid[])`,
      [this.database.corpId, ids],
    );
  }

  private toRecord({ customerId, identifier, source }: NewHolding, valueIds: Map<string, string>): object {
    const id = this.ids.next();
    const text = identifierText(identifier);
    const valueId = valueIds.get(text) ?? id;
    valueIds.set(text, valueId);
    const place = { corpId: this.database.corpId, table: TABLE, column: SEALED_COLUMN, rowId: id };
    return {
      id,
      customer_id: customerId,
      kind: identifier.kind,
      namespace: identifier.namespace,
      value_id: valueId,
      value_hash: this.blindIndex.current(text),
      value_sealed: this.envelopes.seal(text, place),
      value_masked: maskIdentifier(identifier),
      placeholder: identifier.kind === 'phone' && isPlaceholderPhone(identifier.value),
      source,
    };
  }
}
