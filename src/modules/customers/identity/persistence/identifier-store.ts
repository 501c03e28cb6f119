import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { BlindIndex } from '../../../../platform/crypto/blind-index.js';
import { registerEncryptedColumn } from '../../../../platform/crypto/encrypted-columns.js';
import { Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import { type Identifier, identifierText, maskIdentifier } from '../domain/identifier.js';

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
}

/** Rows of identifiers. Inside an open unit of work that holds the locks of the values. */
@Injectable()
export class IdentifierStore {
  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly blindIndex: BlindIndex,
    private readonly ids: Ids,
  ) {}

  /** Values that somebody holds already, by their text. */
  async valueIdsOf(identifiers: readonly Identifier[]): Promise<Map<string, string>> {
    const textOf = new Map(
      identifiers.map(identifierText).flatMap((text) => this.blindIndex.of(text).map((hash) => [hash, text])),
    );
    const rows = await this.database.query<{ hash: string; valueId: string }>(
      `SELECT k.hash, i.value_id AS "valueId" FROM unnest($2::text[]) AS k(hash)
        CROSS JOIN LATERAL (SELECT value_id FROM customers.identifiers
                             WHERE corp_id = $1 AND value_hash = k.hash LIMIT 1) i`,
      [this.database.corpId, [...textOf.keys()]],
    );
    return new Map(rows.map(({ hash, valueId }) => [textOf.get(hash) ?? '', valueId]));
  }

  /** What a source has said already stays as it is. @param valueIds by text; new values are added to it. */
  async add(holdings: readonly NewHolding[], source: string, valueIds: Map<string, string>): Promise<void> {
    const records = holdings.map((holding) => this.toRecord(holding, valueIds));
    await this.database.execute(
      `INSERT INTO customers.identifiers (corp_id, id, customer_id, kind, namespace, value_id, value_hash, value_sealed,
              value_masked, source, observed_at)
       SELECT $1, i.*, $3, statement_timestamp()
         FROM jsonb_to_recordset($2::jsonb) AS i(id uuid, customer_id uuid, kind text, namespace text, value_id uuid,
              value_hash text, value_sealed text, value_masked text)
       ON CONFLICT DO NOTHING`,
      [this.database.corpId, JSON.stringify(records), source],
    );
  }

  private toRecord({ customerId, identifier }: NewHolding, valueIds: Map<string, string>): object {
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
    };
  }
}
