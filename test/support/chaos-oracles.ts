import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { CONSUMER_JOB_PREFIX } from '../../src/platform/events/event-consumers.js';
import { BACKGROUND_PRIORITY, type ChaosWorld, filesIn } from './chaos-world.js';

/** What must hold once everything has settled, whoever died before. */
export async function assertNothingLostOrDoubled(world: ChaosWorld): Promise<void> {
  await assertNothingParked(world);
  expect(filesIn(world.spools)).toEqual([]); // the refused ones, which wait for a person, too
  await assertCallbacksStoredOnce(world);
  await assertEventsAppliedOnce(world);
  await assertPostsHadOneEffect(world);
  await assertMirrorEqualsWecom(world);
}

async function assertNothingParked({ owner }: ChaosWorld): Promise<void> {
  const { rows } = await owner.query(
    `SELECT task_identifier, attempts, max_attempts, last_error FROM graphile_worker.jobs
      WHERE priority < ${BACKGROUND_PRIORITY} OR attempts >= max_attempts`,
  );
  expect(rows).toEqual([]);
  const parked = await owner.query('SELECT consumer, event_name, reason FROM platform.parked_events');
  expect(parked.rows).toEqual([]);
}

/** What was answered is in the inbox, and nothing else, each once. */
async function assertCallbacksStoredOnce({ owner, sandbox }: ChaosWorld): Promise<void> {
  const deliveries = sandbox.control.deliveries();
  expect(deliveries.filter(({ state }) => state !== 'answered')).toEqual([]);
  const sent = new Set(deliveries.map(({ place, xml }) => `${place} ${dedupeKeyOf(xml)}`));
  const { rows } = await owner.query(
    `SELECT CASE a.kind WHEN 'self_built' THEN 'app' ELSE 'assistant' END || ' ' || c.dedupe_key AS received
       FROM wecom.callbacks c JOIN wecom.apps a ON a.corp_id = c.corp_id AND a.id = c.app_id`,
  );
  expect(rows.map(({ received }) => received).sort()).toEqual([...sent].sort());
}

function dedupeKeyOf(xml: string): string {
  return `sha256:${createHash('sha256').update(xml.trim()).digest('hex')}`;
}

async function assertEventsAppliedOnce({ owner, events, traffic }: ChaosWorld): Promise<void> {
  const unconsumed = await owner.query(
    `SELECT e.id, e.name, consumer FROM platform.events e CROSS JOIN unnest(e.consumers) AS woken(consumer)
      WHERE NOT EXISTS ( -- of what gives way to everything else the wake-up may still wait
        SELECT FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
         WHERE t.identifier = '${CONSUMER_JOB_PREFIX}' || consumer AND j.priority >= ${BACKGROUND_PRIORITY}
           AND j.payload::jsonb -> 'eventIds' ? e.id::text)
     EXCEPT ALL
     SELECT e.id, e.name, c.consumer FROM platform.event_consumptions c
       JOIN platform.events e ON e.corp_id = c.corp_id AND e.id = c.event_id`,
  );
  expect(unconsumed.rows).toEqual([]);
  const { rows } = await owner.query<Record<'effects' | 'different' | 'followed', number>>(
    `SELECT count(*)::int AS effects, count(DISTINCT (event_id, consumer))::int AS different,
            (count(*) FILTER (WHERE consumer = 'chaos.last'))::int AS followed
       FROM chaos.effects`,
  );
  const stored = await owner.query<{ id: string }>(
    `SELECT id FROM platform.events WHERE name = 'chaos.happened'`,
  );
  const ids = new Set(stored.rows.map(({ id }) => id));
  expect(traffic.eventIds.filter((id) => !ids.has(id))).toEqual([]);
  const effects = ids.size * (events.consumers + 1);
  expect(rows).toEqual([{ effects, different: effects, followed: ids.size }]);
}

async function assertPostsHadOneEffect({ owner, traffic }: ChaosWorld): Promise<void> {
  const keys = await owner.query(`SELECT name FROM platform.api_keys WHERE name LIKE 'key %' ORDER BY name`);
  expect(keys.rows.map(({ name }) => name)).toEqual([...traffic.keyNames].sort());
  for (const { path, apiKey, idempotencyKey, answer } of traffic.posts) {
    expect(await traffic.post(path, apiKey, idempotencyKey)).toEqual({ status: 202, answer });
  }
  const ids = traffic.posts.map(({ answer }) => answer.id);
  const made = await owner.query(
    `SELECT target ->> 'made' AS id FROM platform.audit_entries WHERE action = 'customers.sync' AND status = 202`,
  );
  expect(made.rows.map(({ id }) => id).sort()).toEqual(ids.sort());
  const { rows } = await owner.query(`SELECT FROM platform.operations WHERE kind = 'customers.sync'`);
  // by no key: the first one of a new corp, and the nightly one when the corp was there before the schedule's first tick
  expect(rows.length - ids.length).toBeLessThanOrEqual(2);
}

async function assertMirrorEqualsWecom({ owner, wecom }: ChaosWorld): Promise<void> {
  const { rows } = await owner.query<{ relation: string }>(
    `SELECT concat_ws(' ', c.external_user_id, r.staff_user_id, nullif(r.remark, ''), (
              SELECT string_agg(t.tag, ',' ORDER BY t.tag COLLATE "C") FROM customers.relation_tags t
               WHERE t.corp_id = r.corp_id AND t.relation_id = r.id AND t.kind = 'corp')) AS relation
       FROM customers.follow_relations r
       JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id
      WHERE r.ended_at IS NULL`,
  );
  expect(rows.map(({ relation }) => relation).sort()).toEqual(await relationsOf(wecom));
}

async function relationsOf(wecom: ChaosWorld['wecom']): Promise<string[]> {
  const relations: string[] = [];
  const { follow_user: userIds } = await wecom.get('externalcontact/get_follow_user_list');
  for (let cursor = ''; ;) {
    const page = await wecom.post('externalcontact/batch/get_by_user', {
      userid_list: userIds,
      cursor,
      limit: 100,
    });
    for (const { external_contact: contact, follow_info: follow } of page['external_contact_list']) {
      const tags = [...(follow.tag_id ?? [])].sort().join(',');
      relations.push([contact.external_userid, follow.userid, follow.remark, tags].filter(Boolean).join(' '));
    }
    cursor = page['next_cursor'] ?? '';
    if (!cursor) return relations.sort();
  }
}
