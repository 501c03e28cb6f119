import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { BlindIndex } from '../../../../platform/crypto/blind-index.js';
import { registerEncryptedColumn } from '../../../../platform/crypto/encrypted-columns.js';
import { Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import { maskPhone, normalisePhone } from '../domain/phone-number.js';
import { byRelation } from './by-relation.js';
import { partsChanges } from './parts-changes.js';
import { RelationHistoryStore } from './relation-history-store.js';
import type { WrittenRelation } from './relation-store.js';

const TABLE = 'customers.relation_phones';
const SEALED_COLUMN = 'number_sealed';

registerEncryptedColumn({
  table: TABLE,
  column: SEALED_COLUMN,
  rowId: 'id',
  blindIndex: { column: 'number_blind_index', normalise: normalisePhone },
});

interface StoredPhone {
  id: string;
  relationId: string;
  blindIndex: string;
  masked: string;
}

/** Phone numbers of follow relations, sealed. Inside an open unit of work that has written the relations. */
@Injectable()
export class RelationPhoneStore {
  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly blindIndex: BlindIndex,
    private readonly ids: Ids,
    private readonly history: RelationHistoryStore,
  ) {}

  /** Makes the relations' numbers equal to the observed ones. @returns ids of the relations that changed. */
  async replace(relations: readonly WrittenRelation[]): Promise<Set<string>> {
    const stored = await this.listStored(relations.filter(({ inserted }) => !inserted));
    const kept = new Set<string>();
    const added = relations.flatMap((relation) => {
      const own = stored.get(relation.id) ?? [];
      return numbersOf(relation.observed.phones).flatMap((number) => {
        const spellings = this.blindIndex.of(normalisePhone(number)); // one for each live key
        const known = own.find((phone) => spellings.includes(phone.blindIndex));
        if (known) kept.add(known.id);
        return known ? [] : [this.toRecord(relation, number)];
      });
    });
    const gone = [...stored.values()].flat().filter((phone) => !kept.has(phone.id));
    await this.write(
      added,
      gone.map((phone) => phone.id),
    );
    await this.history.recordPhones(
      partsChanges(
        relations,
        added.map((phone) => ({ relationId: phone.relation_id, part: phone.number_masked })),
        gone.map((phone) => ({ relationId: phone.relationId, part: phone.masked })),
      ),
    );
    return new Set([...gone.map((phone) => phone.relationId), ...added.map((record) => record.relation_id)]);
  }

  private async listStored(relations: readonly WrittenRelation[]): Promise<Map<string, StoredPhone[]>> {
    if (relations.length === 0) return new Map();
    const rows = await this.database.query<StoredPhone>(
      `SELECT id, relation_id AS "relationId", number_blind_index AS "blindIndex", number_masked AS masked
         FROM customers.relation_phones
        WHERE corp_id = $1 AND relation_id = ANY($2::uuid[])`,
      [this.database.corpId, relations.map(({ id }) => id)],
    );
    return byRelation(rows);
  }

  private async write(added: readonly object[], goneIds: readonly string[]): Promise<void> {
    const { corpId } = this.database;
    if (goneIds.length > 0) {
      await this.database.execute(
        `DELETE FROM customers.relation_phones WHERE corp_id = $1 AND id = ANY($2::uuid[])`,
        [corpId, goneIds],
      );
    }
    if (added.length > 0) {
      await this.database.execute(
        `INSERT INTO customers.relation_phones (corp_id, id, relation_id, customer_id, number_sealed, number_blind_index,
                number_masked)
         SELECT $1, i.* FROM jsonb_to_recordset($2::jsonb) AS i(id uuid, relation_id uuid, customer_id uuid,
                number_sealed text, number_blind_index text, number_masked text)`,
        [corpId, JSON.stringify(added)],
      );
    }
  }

  private toRecord(relation: WrittenRelation, number: string) {
    const id = this.ids.next();
    const place = { corpId: this.database.corpId, table: TABLE, column: SEALED_COLUMN, rowId: id };
    return {
      id,
      relation_id: relation.id,
      customer_id: relation.customerId,
      number_sealed: this.envelopes.seal(number, place),
      number_blind_index: this.blindIndex.current(normalisePhone(number)),
      number_masked: maskPhone(number),
    };
  }
}

/** Each number once, however it is spelled; a note without a digit is no number. */
function numbersOf(phones: readonly string[]): string[] {
  const byDigits = new Map(phones.map((phone) => [normalisePhone(phone), phone.trim()]));
  byDigits.delete('');
  return [...byDigits.values()];
}
