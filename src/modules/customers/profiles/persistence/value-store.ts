import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { FieldValue } from '../domain/field-definition.js';
import type { ShownItems } from '../domain/plan-rebuild.js';
import type { StoredValue } from '../domain/plan-writes.js';
import type { SourceValue } from '../domain/survivorship.js';

/** A value with the columns that filters compare. */
export interface ValueRow extends SourceValue {
  readonly wins: boolean;
  readonly text: string | null;
  readonly number: number | null;
  readonly time: string | null;
  readonly unique: string | null;
}

/** Times travel as milliseconds: what is compared in this process and in PostgreSQL is the same number. */
export const STORED_VALUE = `customer_id AS "customerId", field_key AS field, source, value, confidence,
  (extract(epoch FROM observed_at) * 1000)::float8 AS "observedAtMs",
  (extract(epoch FROM written_at) * 1000)::float8 AS "writtenAtMs", written_by AS "writtenBy", wins`;

/** Inside an open unit of work. Who writes values of a customer holds its row of profiles. */
@Injectable()
export class ValueStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /** @returns what any source says of these customers; of these fields only, if given. */
  list(customerIds: readonly string[], fields?: readonly string[]): Promise<StoredValue[]> {
    return this.database.query<StoredValue>(fields ? VALUES_OF_FIELDS : VALUES_OF, [
      this.database.corpId,
      customerIds,
      ...(fields ? [fields] : []),
    ]);
  }

  /** Whoever holds one of these texts in a field where each is of one person only, whatever the source. */
  listHolders(
    held: readonly { field: string; text: string }[],
  ): Promise<{ field: string; text: string; customerId: string }[]> {
    return this.database.query(
      `SELECT DISTINCT v.field_key AS field, v.unique_value AS text, v.customer_id AS "customerId"
         FROM unnest($2::text[], $3::text[]) AS h(field, text)
         JOIN customers.field_values v ON v.field_key = h.field AND v.unique_value = h.text
        WHERE v.corp_id = $1`,
      [this.database.corpId, held.map(({ field }) => field), held.map(({ text }) => text)],
    );
  }

  /**
   * What one source says now, with one confidence.
   * @param isNew no source has said anything of these customers before.
   */
  async save(rows: readonly ValueRow[], by: string, atMs: number, isNew: boolean): Promise<void> {
    const [first] = rows;
    if (!first) return;
    await this.database.execute(isNew ? INSERT : UPSERT, [
      this.database.corpId,
      rows.map((row) => row.customerId),
      rows.map((row) => row.field),
      first.source,
      rows.map((row) => jsonOf(row.value)),
      sparse(rows.map((row) => row.text)),
      sparse(rows.map((row) => row.number)),
      sparse(rows.map((row) => row.time)),
      sparse(rows.map((row) => row.unique)),
      first.confidence,
      sparse(rows.map((row) => (row.observedAtMs === atMs ? null : row.observedAtMs))),
      sparse(rows.map((row) => (row.wins ? null : false))),
      atMs,
      by,
    ]);
  }

  async turn(values: readonly StoredValue[]): Promise<void> {
    if (values.length === 0) return;
    await this.database.execute(
      `UPDATE customers.field_values v SET wins = t.wins
         FROM unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[]) AS t(customer_id, field_key, source, wins)
        WHERE v.corp_id = $1 AND v.customer_id = t.customer_id AND v.field_key = t.field_key AND v.source = t.source`,
      [
        this.database.corpId,
        values.map((value) => value.customerId),
        values.map((value) => value.field),
        values.map((value) => value.source),
        values.map((value) => value.wins),
      ],
    );
  }

  /** What is replaced stays readable. */
  async remember(values: readonly StoredValue[], by: string, atMs: number): Promise<void> {
    if (values.length === 0) return;
    await this.database.execute(
      `INSERT INTO customers.field_history (corp_id, id, customer_id, field_key, source, value, confidence, observed_at,
              written_at, written_by, replaced_at, replaced_by)
       SELECT $1, h.id, h.customer_id, h.field_key, h.source, h.value::jsonb, h.confidence,
              to_timestamp(h.observed_at / 1000), to_timestamp(h.written_at / 1000), h.written_by,
              to_timestamp($10::float8 / 1000), $11
         FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[], $8::float8[], $9::float8[],
              $12::text[]) AS h(id, customer_id, field_key, source, value, confidence, observed_at, written_at, written_by)`,
      [
        this.database.corpId,
        values.map(() => this.ids.next()),
        values.map((value) => value.customerId),
        values.map((value) => value.field),
        values.map((value) => value.source),
        values.map((value) => jsonOf(value.value)),
        values.map((value) => value.confidence),
        values.map((value) => value.observedAtMs),
        values.map((value) => value.writtenAtMs),
        atMs,
        by,
        values.map((value) => value.writtenBy),
      ],
    );
  }

  listItems(customerIds: readonly string[]): Promise<ShownItems[]> {
    return this.database.query<ShownItems>(
      `SELECT customer_id AS "customerId", field_key AS field, array_agg(item) AS items
         FROM customers.field_items WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])
        GROUP BY customer_id, field_key`,
      [this.database.corpId, customerIds],
    );
  }

  /** @param isNew these customers showed nothing before. */
  async saveItems(shown: readonly ShownItems[], isNew: boolean): Promise<void> {
    if (shown.length === 0) return;
    if (!isNew) {
      await this.database.execute(
        `DELETE FROM customers.field_items i USING unnest($2::uuid[], $3::text[]) AS s(customer_id, field_key)
          WHERE i.corp_id = $1 AND i.customer_id = s.customer_id AND i.field_key = s.field_key`,
        [this.database.corpId, shown.map((one) => one.customerId), shown.map((one) => one.field)],
      );
    }
    const rows = shown.flatMap(({ customerId, field, items }) =>
      items.map((item) => ({ customerId, field, item })),
    );
    if (rows.length === 0) return;
    await this.database.execute(
      `INSERT INTO customers.field_items (corp_id, customer_id, field_key, item)
       SELECT $1, i.* FROM unnest($2::uuid[], $3::text[], $4::text[]) AS i`,
      [
        this.database.corpId,
        rows.map((row) => row.customerId),
        rows.map((row) => row.field),
        rows.map((row) => row.item),
      ],
    );
  }
}

function jsonOf(value: FieldValue | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** Also part of a larger statement. $1 is the corp, $2 the customers. */
export const VALUES_OF = {
  name: 'customers.values_of',
  text: `SELECT ${STORED_VALUE} FROM customers.field_values WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])`,
};
const VALUES_OF_FIELDS = `SELECT ${STORED_VALUE} FROM customers.field_values
  WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND field_key = ANY($3::text[])`;

/** The fields of an import fill few of the columns: `unnest` makes nulls of what a shorter array lacks. */
function sparse<T>(values: readonly (T | null)[]): readonly (T | null)[] {
  return values.every((value) => value === null) ? [] : values;
}

const INSERT = `
  INSERT INTO customers.field_values (corp_id, customer_id, field_key, source, value, text_value, number_value,
         time_value, unique_value, confidence, observed_at, wins, written_at, written_by)
  SELECT $1, r.customer_id, r.field_key, $4, r.value::jsonb, r.text_value, r.number_value, r.time_value,
         r.unique_value, $10, to_timestamp(coalesce(r.observed_at, $13::float8) / 1000), coalesce(r.wins, true),
         to_timestamp($13::float8 / 1000), $14
    FROM unnest($2::uuid[], $3::text[], $5::text[], $6::text[], $7::float8[], $8::timestamptz[], $9::text[],
         $11::float8[], $12::boolean[])
      AS r(customer_id, field_key, value, text_value, number_value, time_value, unique_value, observed_at, wins)`;
const UPSERT = `${INSERT}
  ON CONFLICT (corp_id, customer_id, field_key, source) DO UPDATE SET
    value = excluded.value, text_value = excluded.text_value, number_value = excluded.number_value,
    time_value = excluded.time_value, unique_value = excluded.unique_value, confidence = excluded.confidence,
    observed_at = excluded.observed_at, wins = excluded.wins, written_at = excluded.written_at,
    written_by = excluded.written_by`;
