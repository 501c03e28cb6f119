import { StaffModule } from '../../../src/modules/staff/index.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';
import { storedDirectory, worldDirectory } from './directory-states.js';

const KIND = 'staff.sync';
const GET_STAFF = '/cgi-bin/user/get';
const SIZE = { staff: 14, customers: 20, groupChats: 0 };
let world: MirrorWorld;

beforeEach(async () => {
  world = await startMirrorWorld({ modules: [StaffModule], seed: 'staff', size: SIZE });
});
afterEach(async () => world.close());

const staffIds = () => world.sandbox.control.world().corps[0]?.staff.map(({ userId }) => userId) ?? [];
const deleteSilently = (count: number) => {
  for (const userId of staffIds().slice(-count))
    world.sandbox.control.events.deleteStaff({ userId, silent: true });
};

const waitingSteps = () =>
  world.http.sql<{ attempts: number; waitS: number }>(
    `SELECT j.attempts, extract(epoch FROM j.run_at - now())::float AS "waitS" FROM graphile_worker._private_jobs j
       JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = 'sync.step'`,
  );

describe('staff.sync', () => {
  it('brings departments and staff, and finds nothing new the second time', async () => {
    const first = await world.sync(KIND);
    expect(first).toMatchObject({ state: 'succeeded', errorCode: undefined });
    expect(first.done).toBe(first.total);
    expect(await storedDirectory(world)).toEqual(await worldDirectory(world));
    const second = await world.sync(KIND);
    expect(second.result).toEqual({ inserted: 0, changed: 0, ended: 0 });
  });

  it('reports what WeCom has no event for, and what was lost', async () => {
    await world.sync(KIND);
    const [one = '', two = ''] = staffIds();
    const { events } = world.sandbox.control;
    events.changeStaffSilently({ userId: one, name: '改名', status: 2 });
    events.changeStaffSilently({ userId: two, position: '' });
    expect((await world.sync(KIND)).result).toEqual({ inserted: 0, changed: 2, ended: 0 });
    deleteSilently(1);
    const { departmentId } = events.createDepartment({ name: '新部门', silent: true });
    events.createStaff({ departmentIds: [departmentId], silent: true });
    expect((await world.sync(KIND)).result).toMatchObject({ inserted: 2, ended: 1 });
    expect(await storedDirectory(world)).toEqual(await worldDirectory(world));
  });

  it('goes on where a stopped process was and reads nobody twice', async () => {
    const id = await world.startSync(KIND);
    const stopped = { get aborted() { return world.calls(GET_STAFF) >= 8; } } as AbortSignal; // prettier-ignore
    await world.workSync(KIND, { signal: stopped });
    expect(await waitingSteps()).toMatchObject([{ attempts: 0 }]); // another process takes over at once
    const before = world.calls(GET_STAFF);
    expect(before).toBeLessThan(staffIds().length);
    await world.workSync(KIND);
    expect(await world.operation(id)).toMatchObject({ state: 'succeeded' });
    expect(world.calls(GET_STAFF)).toBe(staffIds().length);
    expect(world.calls('/cgi-bin/externalcontact/get_follow_user_list')).toBe(1);
    expect(await storedDirectory(world)).toEqual(await worldDirectory(world));
  });

  it('asks before it ends more than a fifth, ends nothing until then, and goes on when confirmed', async () => {
    await world.sync(KIND);
    deleteSilently(7);
    const asking = await world.sync(KIND);
    expect(asking).toMatchObject({
      state: 'awaiting_confirmation',
      question: { reason: 'too_many_missing', counts: { staffMissing: 7, staffKnown: 14 } },
    });
    expect(Object.keys((await storedDirectory(world)).staff)).toHaveLength(14);
    await world.workSync(KIND); // a job that comes by meanwhile changes nothing
    expect(Object.keys((await storedDirectory(world)).staff)).toHaveLength(14);
    await world.confirm(asking.id);
    await world.workSync(KIND);
    expect(await world.operation(asking.id)).toMatchObject({ state: 'succeeded', result: { ended: 7 } });
    expect(await storedDirectory(world)).toEqual(await worldDirectory(world));
  });

  it('asks above the configured share only', async () => {
    await world.close();
    world = await startMirrorWorld({
      modules: [StaffModule],
      seed: 'share',
      size: SIZE,
      syncEndedShareMax: 0.6,
    });
    await world.sync(KIND);
    deleteSilently(7);
    expect(await world.sync(KIND)).toMatchObject({ state: 'succeeded', result: { ended: 7 } });
  });

  it('ends five without a question, and never one that an event has shown since the pass began', async () => {
    await world.sync(KIND);
    const [gone = ''] = staffIds().slice(-5);
    deleteSilently(5);
    const id = await world.startSync(KIND);
    world.sandbox.control.events.createStaff({ userId: gone, departmentIds: [1] });
    for (const event of world.newEvents()) await world.deliver(event);
    await world.workSync(KIND);
    expect(await world.operation(id)).toMatchObject({ result: { ended: 4 } });
    expect(Object.keys((await storedDirectory(world)).staff)).toContain(gone);
  });

  it('goes on without an assistant whose secret WeCom rejected, and ends nobody for it', async () => {
    await world.sync(KIND);
    const before = await storedDirectory(world);
    await world.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [world.corpId]);
    await world.http.sql(`UPDATE wecom.apps SET state = 'rejected' WHERE kind = 'directory_assistant'`);
    world.http.clock.advance(6_000); // what this process remembers of apps
    expect(await world.sync(KIND)).toMatchObject({ state: 'succeeded', result: { ended: 0 } });
    expect(Object.keys((await storedDirectory(world)).staff)).toEqual(Object.keys(before.staff));
  });

  it('ends nobody who only fell out of the visible range', async () => {
    await world.close();
    world = await startMirrorWorld({ modules: [StaffModule], assistant: false, seed: 'range', size: SIZE });
    await world.sync(KIND);
    const before = Object.keys((await storedDirectory(world)).staff);
    expect(before.length).toBeGreaterThan(6);
    world.sandbox.control.changeApp({ visibleDepartmentIds: [], visibleUserIds: before.slice(0, 2) });
    const narrowed = await world.sync(KIND);
    expect(narrowed).toMatchObject({ state: 'succeeded', result: { ended: 0 } });
    expect(Object.keys((await storedDirectory(world)).staff)).toEqual(before);
  });

  it('begins no second pass, stops when cancelled, and replaces a question that nobody answered', async () => {
    const id = await world.startSync(KIND);
    await expect(world.startSync(KIND)).rejects.toMatchObject({ code: 'operations.already_running' });
    await world.cancel(id);
    await world.workSync(KIND);
    expect(world.calls(GET_STAFF)).toBe(0);
    expect(await world.operation(id)).toMatchObject({ state: 'cancelled' });

    await world.sync(KIND);
    deleteSilently(7);
    const asking = await world.sync(KIND);
    await world.daily(KIND);
    expect(await world.operation(asking.id)).toMatchObject({ state: 'failed', errorCode: 'sync.superseded' });
    await world.workSync(KIND);
    expect(Object.keys((await storedDirectory(world)).staff)).toHaveLength(14);
  });

  it('wakes an open pass once a day, in case its job was lost to crashes', async () => {
    const id = await world.startSync(KIND);
    const jobs = `SELECT count(*)::int AS n FROM graphile_worker._private_jobs j
      JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = 'sync.step' AND j.attempts = 0`;
    await world.http.sql(`UPDATE graphile_worker._private_jobs SET attempts = max_attempts`);
    expect(await world.http.sql(jobs)).toEqual([{ n: 0 }]);
    await world.daily(KIND);
    expect(await world.http.sql(jobs)).toEqual([{ n: 1 }]);
    await world.workSync(KIND);
    expect(await world.operation(id)).toMatchObject({ state: 'succeeded' });
  });

  it('repeats what may pass, gives up at once on what an administrator must mend', async () => {
    const id = await world.startSync(KIND);
    world.sandbox.control.failNext({ path: GET_STAFF, errcode: 45033, times: 50 });
    await expect(world.workSync(KIND)).rejects.toMatchObject({ retryable: true });
    expect(await world.operation(id)).toMatchObject({ state: 'running' });
    await world.workSync(KIND, { attempt: 8 });
    expect(await world.operation(id)).toMatchObject({ state: 'failed' });

    world.sandbox.control.failNext({ path: '/cgi-bin/department/list', errcode: 48002 });
    const refused = await world.sync(KIND);
    expect(refused).toMatchObject({
      state: 'failed',
      errorCode: 'wecom.call_refused',
      errorDetail: expect.stringMatching(/department\/list: errcode 48002/),
    });
  });

  it('waits while WeCom throttles, even in its last attempt, and goes on where it was', async () => {
    const id = await world.startSync(KIND);
    await world.workSync(KIND, { signal: { get aborted() { return world.calls(GET_STAFF) >= 8; } } as AbortSignal }); // prettier-ignore
    world.sandbox.control.failNext({ path: GET_STAFF, errcode: 45009 });
    await expect(world.workSync(KIND)).rejects.toMatchObject({ errcode: 45009 });
    await world.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [world.corpId]);
    const block = (minutes: number) =>
      world.http.sql(`UPDATE wecom.quota_windows SET blocked_until = now() + $2 * interval '1 minute' WHERE api = $1`, [GET_STAFF, minutes]); // prettier-ignore
    await block(50);
    const before = world.calls(GET_STAFF);
    await world.http.sql('DELETE FROM graphile_worker._private_jobs');
    await world.workSync(KIND, { attempt: 8 });
    expect(await world.operation(id)).toMatchObject({ state: 'running' });
    expect(world.calls(GET_STAFF)).toBe(before);
    const [step] = await waitingSteps();
    expect(step?.waitS).toBeGreaterThan(49 * 60);
    expect(step?.waitS).toBeLessThan(51 * 60);
    await block(-1);
    await world.workSync(KIND);
    expect(await world.operation(id)).toMatchObject({ state: 'succeeded' });
    expect(world.calls(GET_STAFF)).toBe(staffIds().length + 1); // only the refused one was read again
  });
});
