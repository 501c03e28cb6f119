import { Injectable, Logger } from '@nestjs/common';
import { Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import { settledUntil } from '../../contacts/persistence/settled-until.js';

/** A place along customers_updated_at_idx. The time is the database's own text: a Date would cut the microseconds. */
export interface MirrorPosition {
  readonly updatedAt: string;
  readonly customerId: string;
}

/** What WeCom and staff tell of a contact that leads to other customers. */
export interface MirroredCustomer extends MirrorPosition {
  /** null: no contact of WeCom. */
  readonly externalUserId: string | null;
  readonly unionId: string | null;
  /** That staff noted, in clear. */
  readonly phones: readonly string[];
}

interface SealedPhone {
  readonly id: string;
  readonly sealed: string;
}

interface StoredCustomer extends Omit<MirroredCustomer, 'phones'> {
  readonly phones: readonly SealedPhone[];
}

const START: MirrorPosition = {
  updatedAt: '-infinity',
  customerId: '00000000-0000-0000-0000-000000000000',
};

/** Reads along the times at which customers changed. Inside an open unit of work. */
@Injectable()
export class MirrorReader {
  private readonly logger = new Logger('Customers');

  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
  ) {}

  /** Until the unit of work ends nobody else follows the mirror of this corp. */
  async lockPosition(): Promise<MirrorPosition> {
    const { corpId } = this.database;
    await this.database.execute(
      `INSERT INTO customers.identity_positions (corp_id, updated_at, customer_id)
       VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [corpId, START.updatedAt, START.customerId],
    );
    return this.database.one<MirrorPosition>(
      `SELECT updated_at::text AS "updatedAt", customer_id AS "customerId"
         FROM customers.identity_positions WHERE corp_id = $1 FOR UPDATE`,
      [corpId],
    );
  }

  async movePosition({ updatedAt, customerId }: MirrorPosition): Promise<void> {
    await this.database.execute(
      `UPDATE customers.identity_positions SET updated_at = $2, customer_id = $3 WHERE corp_id = $1`,
      [this.database.corpId, updatedAt, customerId],
    );
  }

  /** Customers that anything changed of since. */
  async listAfter({ updatedAt, customerId }: MirrorPosition, limit: number): Promise<MirroredCustomer[]> {
    const { corpId } = this.database;
    const until = await settledUntil(this.database);
    const params = [corpId, updatedAt, customerId, limit, until];
    const rows = await this.database.query<StoredCustomer>(CHANGED, params);
    return rows.map((row) => ({ ...row, phones: row.phones.flatMap((phone) => this.opened(phone)) }));
  }

  /** One number that nobody can open must not hold up everybody behind it. */
  private opened({ id, sealed }: SealedPhone): string[] {
    const { corpId } = this.database;
    const place = { corpId, table: 'customers.relation_phones', column: 'number_sealed', rowId: id };
    try {
      return [this.envelopes.open(sealed, place)];
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.error(`phone ${id} of corp ${corpId} cannot be opened and leads to nobody: ${reason}`);
      return [];
    }
  }
}

/** More numbers than this nobody has; the oldest ones count. */
const PHONES_MAX = 20;

/** Along customers_updated_at_idx. */
const CHANGED = `
  SELECT c.updated_at::text AS "updatedAt", c.id AS "customerId", c.external_user_id AS "externalUserId",
         c.union_id AS "unionId", coalesce((
           SELECT json_agg(p) FROM (
             SELECT p.id, p.number_sealed AS sealed
               FROM customers.follow_relations r
               JOIN customers.relation_phones p ON p.corp_id = r.corp_id AND p.relation_id = r.id
              WHERE r.corp_id = $1 AND r.customer_id = c.id ORDER BY p.id LIMIT ${PHONES_MAX}) p), '[]') AS phones
    FROM customers.customers c
   WHERE c.corp_id = $1 AND (c.updated_at, c.id) > ($2::timestamptz, $3::uuid)
     AND c.updated_at < $5::timestamptz
   ORDER BY c.updated_at, c.id LIMIT $4`;
