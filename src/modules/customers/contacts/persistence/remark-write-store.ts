import { Injectable } from '@nestjs/common';
import { registerEncryptedColumn } from '../../../../platform/crypto/encrypted-columns.js';
import { Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import { maskPhone } from '../domain/phone-number.js';
import {
  OPEN_WRITE_STATES,
  type RemarkRefusal,
  type RemarkWish,
  type RemarkWriteState,
} from '../domain/remark-write.js';

const TABLE = 'customers.remark_writes';
const SEALED_COLUMN = 'phones_sealed';

registerEncryptedColumn({ table: TABLE, column: SEALED_COLUMN, rowId: 'relation_id' });

export interface OpenRemarkWrite {
  readonly relationId: string;
  readonly version: number;
  readonly state: (typeof OPEN_WRITE_STATES)[number];
  readonly staffUserId: string;
  readonly externalUserId: string;
  readonly wish: RemarkWish;
}

interface StoredWrite extends Omit<OpenRemarkWrite, 'wish'> {
  readonly remark: string | null;
  readonly description: string | null;
  readonly remarkCorpName: string | null;
  readonly phonesSealed: string | null;
}

/** Wishes for remarks, the newest of each relation. Inside an open unit of work. */
@Injectable()
export class RemarkWriteStore {
  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
  ) {}

  /** Takes the place of an older wish; of one that is still open the fields stay that the newer one leaves out. */
  async put(relationId: string, wish: RemarkWish): Promise<void> {
    const { corpId } = this.database;
    const phones = wish.phones && JSON.stringify(wish.phones);
    await this.database.execute(PUT, [
      corpId,
      relationId,
      wish.remark ?? null,
      wish.description ?? null,
      wish.remarkCorpName ?? null,
      phones === undefined ? null : this.envelopes.seal(phones, this.placeOf(relationId)),
      wish.phones?.map(maskPhone) ?? null,
    ]);
  }

  async findOpen(relationId: string): Promise<OpenRemarkWrite | undefined> {
    const row = await this.database.maybeOne<StoredWrite>(FIND_OPEN, [this.database.corpId, relationId]);
    if (!row) return undefined;
    const { remark, description, remarkCorpName, phonesSealed, ...write } = row;
    const phones = phonesSealed && this.envelopes.open(phonesSealed, this.placeOf(relationId));
    const wish = {
      ...(remark !== null && { remark }),
      ...(description !== null && { description }),
      ...(remarkCorpName !== null && { remarkCorpName }),
      ...(phones !== null && { phones: JSON.parse(phones) as string[] }), // reason for the cast: put() wrote it
    };
    return { ...write, wish };
  }

  /** @returns false when a newer wish came meanwhile: what became of this one says nothing any more. */
  async move(
    write: Pick<OpenRemarkWrite, 'relationId' | 'version'>,
    state: RemarkWriteState,
    refusal?: RemarkRefusal,
  ): Promise<boolean> {
    const settled = state === 'done' || state === 'refused';
    const moved = await this.database.execute(
      `UPDATE customers.remark_writes
          SET state = $4, settled_at = CASE WHEN $5 THEN statement_timestamp() END, errcode = $6, problem = $7,
              phones_sealed = CASE WHEN $5 THEN NULL ELSE phones_sealed END
        WHERE corp_id = $1 AND relation_id = $2 AND version = $3 AND settled_at IS NULL`,
      [
        this.database.corpId,
        write.relationId,
        write.version,
        state,
        settled,
        refusal?.errcode ?? null,
        refusal?.problem ?? null,
      ],
    );
    return moved === 1;
  }

  private placeOf(relationId: string) {
    return { corpId: this.database.corpId, table: TABLE, column: SEALED_COLUMN, rowId: relationId };
  }
}

const kept = (column: string) =>
  `coalesce(excluded.${column}, CASE WHEN w.settled_at IS NULL THEN w.${column} END)`;
const PUT = `
  INSERT INTO customers.remark_writes AS w (corp_id, relation_id, version, state, remark, description, remark_corp_name,
         phones_sealed, phones_masked, requested_at)
  VALUES ($1, $2, 1, 'waiting', $3, $4, $5, $6, $7, statement_timestamp())
  ON CONFLICT (corp_id, relation_id) DO UPDATE SET version = w.version + 1, state = 'waiting',
    ${['remark', 'description', 'remark_corp_name', 'phones_sealed', 'phones_masked']
      .map((column) => `${column} = ${kept(column)}`)
      .join(', ')},
    requested_at = excluded.requested_at, settled_at = NULL, errcode = NULL, problem = NULL`;

const FIND_OPEN = `
  SELECT w.relation_id AS "relationId", w.version, w.state, r.staff_user_id AS "staffUserId",
         c.external_user_id AS "externalUserId", w.remark, w.description, w.remark_corp_name AS "remarkCorpName",
         w.phones_sealed AS "phonesSealed"
    FROM customers.remark_writes w
    JOIN customers.follow_relations r ON r.corp_id = w.corp_id AND r.id = w.relation_id
    JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id
   WHERE w.corp_id = $1 AND w.relation_id = $2 AND w.settled_at IS NULL`;
