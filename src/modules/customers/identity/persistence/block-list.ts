import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { BlindIndex } from '../../../../platform/crypto/blind-index.js';
import { BLOCKED_COLUMNS, type BlockedIdentifier } from '../queries/list-blocked.js';
import { registerEncryptedColumn } from '../../../../platform/crypto/encrypted-columns.js';
import { Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import { type Identifier, identifierText, maskIdentifier } from '../domain/identifier.js';

const TABLE = 'customers.blocked_identifiers';
const SEALED_COLUMN = 'value_sealed';

registerEncryptedColumn({
  table: TABLE,
  column: SEALED_COLUMN,
  rowId: 'id',
  blindIndex: { column: 'value_hash', normalise: (text) => text },
});

/** Values that link nobody. Inside an open unit of work; who changes it holds the lock of the corp's persons. */
@Injectable()
export class BlockList {
  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly blindIndex: BlindIndex,
    private readonly ids: Ids,
  ) {}

  /** @param valueId of a value that stands somewhere already @returns undefined when it stands here already */
  async add(
    identifier: Identifier,
    reason: string,
    valueId: string | undefined,
  ): Promise<BlockedIdentifier | undefined> {
    const id = this.ids.next();
    const { corpId } = this.database;
    const text = identifierText(identifier);
    return this.database.maybeOne<BlockedIdentifier>(
      `INSERT INTO customers.blocked_identifiers (corp_id, id, kind, value_id, value_hash, value_sealed, value_masked,
              reason, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, statement_timestamp())
       ON CONFLICT (corp_id, value_id) DO NOTHING RETURNING ${BLOCKED_COLUMNS}`,
      [
        corpId,
        id,
        identifier.kind,
        valueId ?? id,
        this.blindIndex.current(text),
        this.envelopes.seal(text, { corpId, table: TABLE, column: SEALED_COLUMN, rowId: id }),
        maskIdentifier(identifier),
        reason,
      ],
    );
  }

  /** @returns the value, undefined when there is no such row */
  async remove(id: string): Promise<string | undefined> {
    const row = await this.database.maybeOne<{ valueId: string }>(
      `DELETE FROM customers.blocked_identifiers WHERE corp_id = $1 AND id = $2 RETURNING value_id AS "valueId"`,
      [this.database.corpId, id],
    );
    return row?.valueId;
  }
}
