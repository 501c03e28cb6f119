import Fastify from 'fastify';
import pg from 'pg';
import { parsePublicId, toPublicId } from '../../src/platform/context/typed-id.js';
import { serveBench } from '../server.js';

/**
 * The same answer by one prepared statement and one Fastify route: no key, no limit, no log, no metrics, no transaction.
 * The corp is a setting of the connection, which works for one corp only.
 */
const ONE_CUSTOMER = `
  SELECT c.id, c.external_user_id, c.name, c.type, c.gender, c.avatar_url, c.union_id, c.position, c.corp_name,
         c.corp_full_name, c.fetched_at, c.created_at, c.updated_at,
         (SELECT json_agg(r ORDER BY r.ended_at DESC NULLS FIRST, r.id) FROM (
            SELECT f.id, f.staff_user_id, f.remark, f.description, f.followed_at, f.add_way, f.state, f.operator_id,
                   f.remark_corp_name, f.deleted_by_staff_at, f.deleted_by_customer_at, f.disappeared_at, f.ended_at,
                   f.fetched_at,
                   (SELECT s.name FROM staff.staff s
                     WHERE s.corp_id = f.corp_id AND s.staff_user_key = f.staff_key) AS staff_name,
                   (SELECT json_agg(json_build_object('kind', t.kind, 'id', t.tag, 'name', coalesce(g.name, t.name),
                             'groupName', gg.name) ORDER BY t.kind, t.tag)
                      FROM customers.relation_tags t
                      LEFT JOIN segments.corp_tags g ON g.corp_id = t.corp_id AND g.wecom_tag_id = t.tag
                      LEFT JOIN segments.corp_tag_groups gg ON gg.corp_id = g.corp_id AND gg.id = g.group_id
                     WHERE t.corp_id = f.corp_id AND t.relation_id = f.id) AS tags,
                   ARRAY(SELECT p.number_masked FROM customers.relation_phones p
                          WHERE p.corp_id = f.corp_id AND p.relation_id = f.id ORDER BY p.id) AS phones
              FROM customers.follow_relations f
             WHERE f.corp_id = c.corp_id AND f.customer_id = c.id) r) AS relations
    FROM customers.customers c WHERE c.corp_id = $1 AND c.id = $2`;

const corpId = process.env['BENCH_CORP_ID'];
const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: 20,
  options: `-c app.corp_id=${corpId}`,
});
const fastify = Fastify();

fastify.get<{ Params: { id: string } }>('/v1/customers/:id', async (request, reply) => {
  const id = parsePublicId('cus', request.params.id);
  const { rows } = await pool.query({ name: 'one-customer', text: ONE_CUSTOMER, values: [corpId, id] });
  return rows[0] ? customerOf(rows[0]) : reply.code(404).send();
});

const url = await fastify.listen({ port: 0, host: '127.0.0.1' });
serveBench({ url }, async () => {
  await fastify.close();
  await pool.end();
});

/* eslint-disable typescript/no-explicit-any -- rows of one statement, written down above */
function customerOf(row: any): object {
  return {
    id: toPublicId('cus', row.id),
    externalUserId: row.external_user_id,
    name: row.name,
    type: row.type,
    gender: row.gender,
    avatarUrl: row.avatar_url,
    unionId: row.union_id,
    position: row.position,
    corpName: row.corp_name,
    corpFullName: row.corp_full_name,
    fetchedAt: row.fetched_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    relations: (row.relations ?? []).map(relationOf),
  };
}

function relationOf(row: any): object {
  return {
    id: toPublicId('rel', row.id),
    staffUserId: row.staff_user_id,
    staffName: row.staff_name,
    active: row.ended_at === null,
    ended: {
      byStaffAt: isoOf(row.deleted_by_staff_at),
      byCustomerAt: isoOf(row.deleted_by_customer_at),
      disappearedAt: isoOf(row.disappeared_at),
    },
    remark: row.remark,
    description: row.description,
    remarkCorpName: row.remark_corp_name,
    phones: row.phones,
    followedAt: isoOf(row.followed_at),
    addWay: row.add_way,
    state: row.state,
    operatorId: row.operator_id,
    tags: row.tags ?? [],
    fetchedAt: isoOf(row.fetched_at),
  };
}

function isoOf(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
