import { Client } from 'pg';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Database } from '../../src/platform/database/database.js';
import { JobHandlers } from '../../src/platform/jobs/job-handlers.js';
import { Schedules } from '../../src/platform/jobs/schedules.js';
import { startTestApplication, type TestApplication } from '../support/application.js';

const CORP = '01934772-51ea-75cd-b2b0-176a3c3f17ea';
const GONE = '01934772-51ea-75cd-b2b0-176a3c3f17eb';
let test: TestApplication;

beforeAll(async () => {
  test = await startTestApplication();
  const owner = new Client({ connectionString: test.database.ownerUrl });
  await owner.connect();
  for (const [id, state] of [
    [CORP, 'active'],
    [GONE, 'disconnected'],
  ]) {
    await owner.query(
      `INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
       VALUES ($1, $2, 'Test', 'Asia/Shanghai', '{zh}', 'per_day_1', $2, now(), now())`,
      [id, state],
    );
  }
  await owner.end();
}, 60_000);
afterAll(async () => test.close());

/** What a schedule enqueues, and then nothing of it happens. */
async function enqueuedBy(run: () => Promise<void>): Promise<{ name: string; corpId: string | null }[]> {
  const { app } = test.application;
  const seen: { name: string; corpId: string | null }[] = [];
  const rollback = new Error('rolled back');
  const work = app.get(UnitOfWork).run(undefined, async () => {
    await run();
    seen.push(
      ...(await app.get(Database).query<{ name: string; corpId: string | null }>(
        `SELECT DISTINCT t.identifier AS name, j.payload ->> 'corpId' AS "corpId"
           FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
          WHERE j.updated_at = now() ORDER BY 1, 2`,
      )),
    );
    throw rollback;
  });
  await expect(work).rejects.toBe(rollback);
  return seen;
}

describe('the schedules of the application', () => {
  it('hand their work to handlers: all corps are tidied up, connected ones are looked at', async () => {
    const { app } = test.application;
    const work: Record<string, unknown> = {};
    for (const { name, run } of app.get(Schedules).all()) work[name] = await enqueuedBy(run);
    const both = (name: string) => [
      { name, corpId: CORP },
      { name, corpId: GONE },
    ];
    expect(work).toEqual({
      'platform.purge_events': both('platform.purge_events'),
      'platform.purge_idempotency_keys': [{ name: 'platform.purge_idempotency_keys', corpId: null }],
      'wecom.purge_callbacks': both('wecom.purge_callbacks'),
      'sync.reconcile_daily': [{ name: 'sync.start_daily', corpId: CORP }],
      'customers.follow_identifiers': [{ name: 'customers.follow_identifiers', corpId: CORP }],
      'customers.follow_names': [{ name: 'customers.follow_names', corpId: CORP }],
      'customers.forget_event_keys': both('customers.forget_event_keys'),
      'customers.reconcile_announced': both('customers.reconcile_announced'),
      'customers.resume_rebuilds': [], // what is parked goes on, and nothing is
      'customers.tidy_exchanges': both('customers.tidy_exchanges'),
      'platform.keep_partitions': [{ name: 'platform.keep_partitions', corpId: null }],
      'loyalty.expire_holds': both('loyalty.expire_holds'),
      'loyalty.expire_points': both('loyalty.expire_points'),
      'loyalty.forget_counters': both('loyalty.forget_counters'),
      'loyalty.settle_levels': [{ name: 'loyalty.settle_levels', corpId: CORP }],
      'loyalty.tend_boards': both('loyalty.tend_boards'),
      'coupons.close_days': both('coupons.close_days'),
      'coupons.expire': both('coupons.expire'),
      'coupons.fold_figures': both('coupons.fold_figures'),
      'coupons.read_mass_sends': [{ name: 'coupons.read_mass_sends', corpId: CORP }],
      'coupons.release_locks': both('coupons.release_locks'),
      'coupons.watch_redemption_rates': both('coupons.watch_redemption_rates'),
      'customers.walk_details': [{ name: 'customers.walk_details', corpId: CORP }],
      'welcome.tend': both('welcome.tend'),
    });
    const handled = app
      .get(JobHandlers)
      .all()
      .map(({ name }) => name);
    expect(handled).toEqual(
      expect.arrayContaining(
        Object.values(work)
          .flat()
          .map((job) => (job as { name: string }).name),
      ),
    );
  });
});
