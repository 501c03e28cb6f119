import { wecomApi } from '../../../src/wecom/client/api.js';
import { MediaGateway, wecomEndpoints } from '../../../src/wecom/index.js';
import {
  connectTestCorp,
  rowsOf,
  startWecomApp,
  type TestCorp,
  type WecomTestApp,
} from '../../support/wecom-app.js';

let app: WecomTestApp;
let seeds = 0;

beforeAll(async () => {
  app = await startWecomApp();
});
afterAll(async () => app.close());

const newCorp = (): Promise<TestCorp> =>
  connectTestCorp(app, {
    wecom: app.sandbox.control.addCorp({ seed: `quota${++seeds}`, size: { staff: 4, customers: 8 } }),
  });
/** Calls WeCom, each API once or twice. */
const check = (corp: TestCorp) =>
  app.call(app.operatorKey, { method: 'POST', url: `/v1/corps/${corp.publicId}/check` });
const quota = async (corp: TestCorp) => {
  const answer = await app.call(app.operatorKey, {
    method: 'GET',
    url: `/v1/corps/${corp.publicId}/quota`,
  });
  expect(answer.statusCode).toBe(200);
  return answer.json<{
    at: string;
    apis: {
      api: string;
      name: { en: string; zh: string };
      minute: { used: number; limit: number; resetsAt: string };
      hour: { used: number; limit: number; resetsAt: string };
      day: { used: number; limit: number; resetsAt: string } | null;
      month: { used: number; limit: number; resetsAt: string } | null;
      blockedUntil: string | null;
    }[];
  }>();
};
const ofApi = async (corp: TestCorp, name: string) =>
  (await quota(corp)).apis.find(({ api }) => api === name)!;

describe('quota', () => {
  it('shows each API that is called, with what is used and when it starts anew', async () => {
    const corp = await newCorp();
    const before = await quota(corp);
    expect(before.apis.map(({ api }) => api)).toEqual(wecomEndpoints.map(({ name }) => name));
    expect(before.apis.find(({ api }) => api === 'externalcontact/get')).toMatchObject({
      minute: { used: 0, limit: 9_000 },
      hour: { used: 0, limit: 135_000 },
      day: null,
      month: null,
      blockedUntil: null,
    });
    await check(corp);
    const after = await ofApi(corp, 'department/list');
    expect(after.hour.used).toBeGreaterThanOrEqual(1);
    expect(after.hour.used).toBeLessThanOrEqual(20);
    expect(new Date(after.minute.resetsAt).getTime() - Date.now()).toBeLessThanOrEqual(60_500);
    expect(new Date(after.hour.resetsAt).getTime() - Date.now()).toBeLessThanOrEqual(3_600_500);
    const token = await ofApi(corp, 'gettoken');
    expect([token.minute.limit, token.hour.limit]).toEqual([30, 600]);
  });

  it('counts pictures by the days and months of WeCom, and forgets those before', async () => {
    const corp = await newCorp();
    const uploads = async () => {
      const { day, month } = await ofApi(corp, 'media/uploadimg');
      return [day?.used, day?.limit, month?.used, month?.limit];
    };
    expect(await uploads()).toEqual([0, 1_000, 0, 3_000]);
    const bytes = Buffer.from('89504e470d0a1a0a00000000', 'hex');
    const upload = () =>
      app.get(MediaGateway).uploadImage(corp.corpId, { filename: 'a.png', contentType: 'image/png', bytes });
    const counted = (sql: string) => rowsOf(app, corp, sql);
    await upload();
    await counted(`UPDATE wecom.daily_calls SET day = date_trunc('month', day)::date - 1 WHERE corp_id = $1`);
    expect(await uploads()).toEqual([0, 1_000, 0, 3_000]);
    await upload();
    await upload();
    expect(await uploads()).toEqual([2, 1_000, 2, 3_000]);
    expect(await counted('SELECT used FROM wecom.daily_calls WHERE corp_id = $1')).toEqual([{ used: 2 }]);
    const { day, month } = await ofApi(corp, 'media/uploadimg');
    const china = (at: string) => new Date(new Date(at).getTime() + 8 * 3_600_000).toISOString().slice(8);
    expect([china(day!.resetsAt).slice(2), china(month!.resetsAt)]).toEqual([
      'T00:00:00.000Z',
      '01T00:00:00.000Z',
    ]);
  });

  it('shows an old window as unused, and a block until it ends', async () => {
    const corp = await newCorp();
    const { path } = wecomApi.listFollowUsers;
    app.sandbox.control.failNext({ path, errcode: 45009 });
    await check(corp);
    const blocked = await ofApi(corp, 'externalcontact/get_follow_user_list');
    expect(new Date(blocked.blockedUntil!).getTime()).toBeGreaterThan(Date.now());
    await rowsOf(
      app,
      corp,
      `UPDATE wecom.quota_windows SET blocked_until = now(), minute_used = 7, hour_used = 9,
              minute_start = minute_start - interval '2 minutes', hour_start = hour_start - interval '1 hour'
        WHERE corp_id = $1`,
    );
    expect(await ofApi(corp, 'externalcontact/get_follow_user_list')).toMatchObject({
      minute: { used: 0 },
      hour: { used: 0 },
      blockedUntil: null,
    });
  });
});
