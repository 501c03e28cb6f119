import { randomUUID } from 'node:crypto';
import { FollowNames } from '../../../src/modules/customers/search/use-cases/follow-names.js';
import type { TestCorp } from './customers-world.js';
import { type ModelCustomer, dayOf, timeOf } from './search-model.js';

/** Writes the model's customers as syncs and imports would leave them. */
export async function storeModel(corp: TestCorp, customers: readonly ModelCustomer[]): Promise<void> {
  const relations = customers.flatMap((customer) =>
    customer.relations.map((relation) => ({
      ...relation,
      id: randomUUID(),
      customer: customer.id,
      at: timeOf(relation.day),
    })),
  );
  await corp.sql(
    `INSERT INTO customers.customers (corp_id, id, name, created_at, updated_at)
     SELECT $1, i.id, i.name, i.at, i.at FROM jsonb_to_recordset($2::jsonb) AS i(id uuid, name text, at timestamptz)`,
    [corp.id, json(customers.map((one) => ({ ...one, at: timeOf(one.day) })))],
  );
  await corp.sql(
    `INSERT INTO customers.follow_relations (corp_id, id, customer_id, staff_user_id, staff_key, remark, followed_at,
            add_way, state, disappeared_at, ended_at, fetched_at, created_at, updated_at)
     SELECT $1, i.id, i.customer, i.staff, lower(i.staff), i.remark, i.at, i.way, i.state,
            CASE WHEN i.ended THEN now() END, CASE WHEN i.ended THEN now() END, now(), now(), now()
       FROM jsonb_to_recordset($2::jsonb) AS i(id uuid, customer uuid, staff text, remark text, at timestamptz, way int,
            state text, ended boolean)`,
    [corp.id, json(relations)],
  );
  await corp.sql(
    `INSERT INTO customers.relation_tags (corp_id, relation_id, kind, tag, customer_id)
     SELECT $1, i.id, 'corp', tag, i.customer
       FROM jsonb_to_recordset($2::jsonb) AS i(id uuid, customer uuid, tags text[]), unnest(i.tags) AS tag`,
    [corp.id, json(relations)],
  );
  await storeFields(corp, customers);
}

export async function followNames(corp: TestCorp): Promise<void> {
  await corp.world.http.get(FollowNames).follow(corp.id);
}

async function storeFields(corp: TestCorp, customers: readonly ModelCustomer[]): Promise<void> {
  const values = customers.flatMap(({ id, lifeStage, score, birthday }) => [
    { id, key: 'life_stage', text: lifeStage },
    { id, key: 'score', number: score },
    { id, key: 'birthday', time: birthday === null ? null : dayOf(birthday) },
  ]);
  await corp.sql(
    `INSERT INTO customers.field_values (corp_id, customer_id, field_key, source, value, text_value, number_value,
            time_value, confidence, observed_at, written_at, written_by, wins)
     SELECT $1, i.id, i.key, s.source, '0', coalesce(i.text, s.other), coalesce(i.number, 100), coalesce(i.time, '1900-01-01'),
            100, now(), now(), 'test', s.source = 'staff'
       FROM jsonb_to_recordset($2::jsonb) AS i(id uuid, key text, text text, number float8, time timestamptz),
            (VALUES ('staff', 'none'), ('crm', 'new')) AS s(source, other)
      WHERE s.source = 'crm' OR coalesce(i.text, i.number::text, i.time::text) IS NOT NULL`,
    [corp.id, json(values)],
  );
  const items = customers.flatMap(({ id, region }) =>
    (region ?? []).map((_, index) => ({ id, item: region?.slice(0, index + 1).join('/') })),
  );
  await corp.sql(
    `INSERT INTO customers.field_items (corp_id, customer_id, field_key, item)
     SELECT $1, i.id, 'region', i.item FROM jsonb_to_recordset($2::jsonb) AS i(id uuid, item text)`,
    [corp.id, json(items)],
  );
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
