import 'reflect-metadata';
import Fastify from 'fastify';
import pg from 'pg';
import { shownTag } from '../../src/modules/customers/contacts/queries/shown-tag.js';
import { OPEN_COUPONS } from '../../src/modules/coupons/life/reactions/tell-open-coupons.js';
import { CustomerPageView } from '../../src/modules/customers/timeline/http/page.views.js';
import { PAGE, shownPage, type StoredPage } from '../../src/modules/customers/timeline/queries/show-page.js';
import { parsePublicId } from '../../src/platform/context/typed-id.js';
import { serveBench } from '../server.js';

/**
 * The same SQL by plain pg and one Fastify route, and all names in one statement more; the answer is made of the rows by the
 * same pure functions. No key, no limit, no log, no metrics, no transaction.
 */
const NAMES = {
  name: 'names',
  text: `SELECT staff_user_key AS key, name, NULL AS "groupName" FROM staff.staff
          WHERE corp_id = $1 AND staff_user_key = ANY($2::text[])
         UNION ALL
         SELECT t.wecom_tag_id, t.name, g.name FROM segments.corp_tags t
           JOIN segments.corp_tag_groups g ON g.corp_id = t.corp_id AND g.id = t.group_id
          WHERE t.corp_id = $1 AND t.wecom_tag_id = ANY($3::text[])`,
};

interface Named {
  readonly key: string;
  readonly name: string;
  readonly groupName: string;
}

const corpId = process.env['BENCH_CORP_ID'];
const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: 20,
  options: `-c app.corp_id=${corpId}`,
});
const fastify = Fastify();

fastify.get<{ Params: { id: string } }>('/v1/customers/:id/page', async (request, reply) => {
  const id = parsePublicId('cus', request.params.id);
  const { rows } = await pool.query<StoredPage>({ ...PAGE, values: [corpId, id] });
  const [page] = rows;
  if (!page) return reply.code(404).send();
  const relations = page.customers.flatMap((customer) => customer.relations);
  const staff = relations.map(({ staffUserId }) => staffUserId.toLowerCase());
  const tags = relations.flatMap((relation) => relation.tags.map(({ tag }) => tag));
  const found = await pool.query<Named>({ ...NAMES, values: [corpId, staff, tags] });
  const names = new Map(found.rows.map((named) => [named.key, named]));
  const named = relations.map((relation) => ({
    ...relation,
    staffName: names.get(relation.staffUserId.toLowerCase())?.name ?? null,
    tags: relation.tags.map((tag) => shownTag(tag, names.get(tag.tag))),
  }));
  const open = await pool.query<{ customerId: string; count: number }>({
    ...OPEN_COUPONS,
    values: [corpId, page.customerIds],
  });
  const coupons = new Map(open.rows.map(({ customerId, count }) => [customerId, count]));
  return CustomerPageView.of(shownPage(page, named, coupons));
});

const url = await fastify.listen({ port: 0, host: '127.0.0.1' });
serveBench({ url }, async () => {
  await fastify.close();
  await pool.end();
});
