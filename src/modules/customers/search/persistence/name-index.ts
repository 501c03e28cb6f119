import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { settledUntil } from '../../contacts/persistence/settled-until.js';

/** A place along customers_updated_at_idx. The time is the database's own text: a Date would cut the microseconds. */
export interface NamePosition {
  readonly updatedAt: string;
  readonly customerId: string;
}

export interface CustomerNames extends NamePosition {
  /** The customer's names, and what staff call the customer. */
  readonly given: readonly string[];
  /** What the customer is found by so far. */
  readonly found: string | null;
}

export interface NamesChange {
  readonly customerId: string;
  readonly names: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

const START: NamePosition = { updatedAt: '-infinity', customerId: '00000000-0000-0000-0000-000000000000' };

/** What customers are found by, and how far it follows their names. Inside an open unit of work. */
@Injectable()
export class NameIndex {
  constructor(private readonly database: Database) {}

  /** Until the unit of work ends nobody else follows the names of this corp. */
  async lockPosition(version: number): Promise<NamePosition> {
    const { corpId } = this.database;
    await this.database.execute(
      `INSERT INTO customers.name_positions (corp_id, version, updated_at, customer_id)
       VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [corpId, version, START.updatedAt, START.customerId],
    );
    const position = await this.database.one<NamePosition & { version: number }>(
      `SELECT version, updated_at::text AS "updatedAt", customer_id AS "customerId"
         FROM customers.name_positions WHERE corp_id = $1 FOR UPDATE`,
      [corpId],
    );
    return position.version === version ? position : START;
  }

  async movePosition(version: number, { updatedAt, customerId }: NamePosition): Promise<void> {
    await this.database.execute(
      `UPDATE customers.name_positions SET version = $2, updated_at = $3, customer_id = $4 WHERE corp_id = $1`,
      [this.database.corpId, version, updatedAt, customerId],
    );
  }

  /** Customers that anything changed of since. */
  async listAfter({ updatedAt, customerId }: NamePosition, limit: number): Promise<CustomerNames[]> {
    const { corpId } = this.database;
    const until = await settledUntil(this.database);
    return this.database.query<CustomerNames>(CHANGED, [corpId, updatedAt, customerId, limit, until]);
  }

  /** All changes in one statement. */
  async store(changes: readonly NamesChange[]): Promise<void> {
    const pairs = (grams: (change: NamesChange) => readonly string[]): [string[], string[]] => [
      changes.flatMap((change) => grams(change).map(() => change.customerId)),
      changes.flatMap((change) => [...grams(change)]),
    ];
    await this.database.execute(STORE, [
      this.database.corpId,
      changes.map((change) => change.customerId),
      changes.map((change) => change.names),
      ...pairs((change) => change.removed),
      ...pairs((change) => change.added),
    ]);
  }
}

/** What other systems call the customer. */
const NAME_FIELD = 'name';
/** More names than this nobody remembers a customer by. */
const REMARKS_MAX = 50;

/** Along customers_updated_at_idx. */
const CHANGED = `
  SELECT c.updated_at::text AS "updatedAt", c.id AS "customerId", n.names AS found,
         array_remove(ARRAY[c.name] || ARRAY(
           SELECT v.text_value FROM customers.field_values v
            WHERE v.corp_id = $1 AND v.customer_id = c.id AND v.field_key = '${NAME_FIELD}' AND v.wins) || ARRAY(
           SELECT r.remark FROM customers.follow_relations r
            WHERE r.corp_id = $1 AND r.customer_id = c.id AND r.remark <> ''
            GROUP BY r.remark ORDER BY bool_or(r.ended_at IS NULL) DESC, r.remark LIMIT ${REMARKS_MAX}), NULL) AS given
    FROM customers.customers c
    LEFT JOIN customers.search_names n ON n.corp_id = c.corp_id AND n.customer_id = c.id
   WHERE c.corp_id = $1 AND (c.updated_at, c.id) > ($2::timestamptz, $3::uuid)
     AND c.updated_at < $5::timestamptz
   ORDER BY c.updated_at, c.id LIMIT $4`;

const STORE = `
  WITH named AS (
    INSERT INTO customers.search_names (corp_id, customer_id, names)
    SELECT $1, * FROM unnest($2::uuid[], $3::text[])
    ON CONFLICT (corp_id, customer_id) DO UPDATE SET names = excluded.names
  ), removed AS (
    DELETE FROM customers.name_grams g USING unnest($4::uuid[], $5::text[]) AS old(customer_id, gram)
     WHERE g.corp_id = $1 AND g.gram = old.gram AND g.customer_id = old.customer_id
  )
  INSERT INTO customers.name_grams (corp_id, customer_id, gram)
  SELECT $1, * FROM unnest($6::uuid[], $7::text[]) ON CONFLICT DO NOTHING`;
