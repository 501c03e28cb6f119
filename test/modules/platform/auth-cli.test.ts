import { keys } from '../../../src/cli/keys.js';
import { parseKeyText } from '../../../src/platform/auth/key-text.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp();
});
afterAll(async () => http.close());

async function run(...args: string[]): Promise<{ code: number; out: string[] }> {
  const out: string[] = [];
  const code = await keys(args, { DATABASE_URL: http.database.appUrl }, (line) => out.push(line));
  return { code, out };
}
const accepts = async (key: string) =>
  (await http.call(key, { method: 'GET', url: '/metrics' })).statusCode === 200;

describe('npm run keys', () => {
  it('makes an operator key, lists it without its secret, and revokes it', async () => {
    const made = await run('create', '--operator', '--owner', 'ops', '--expires-days', '30');
    expect(made.code).toBe(0);
    const [key = '', note = ''] = made.out;
    expect(parseKeyText(key)?.kind).toBe('operator');
    http.clock.set(new Date());
    expect(await accepts(key)).toBe(true);
    const listed = (await run('list')).out.join('\n');
    expect(listed).toContain(key.slice(0, 34));
    expect(listed).not.toContain(key.slice(35));
    const id = /key_\w+/.exec(note)?.[0] ?? '';
    expect((await run('revoke', id)).code).toBe(0);
    http.clock.advance(1_000);
    expect(await accepts(key)).toBe(false);
  });

  it('makes a key of a corp that keeps to stores', async () => {
    const corp = await http.addCorp();
    const to = [
      'create',
      '--corp',
      corp.publicId,
      '--scopes',
      'customers:read,staff:read',
      '--owner',
      'shop',
    ];
    const made = await run(...to, '--stores', 'SH-01, BJ-01');
    expect([made.code, parseKeyText(made.out[0] ?? '')?.kind]).toEqual([0, 'corp']);
    const { items } = (
      await http.call(http.operatorKey, { method: 'GET', url: `/v1/corps/${corp.publicId}/keys` })
    ).json<any>();
    expect(items).toMatchObject([
      { owner: 'shop', scopes: ['customers:read', 'staff:read'], storeCodes: ['BJ-01', 'SH-01'] },
    ]);
    await http.sql(`SELECT set_config('app.corp_id', $1, false)`, [corp.id]);
    const trail = await http.sql('SELECT action FROM platform.audit_entries WHERE corp_id = $1', [corp.id]);
    expect(trail).toEqual([{ action: 'keys.create' }]);
    for (const wrong of [['--stores', ''], ['--scopes', 'all'], ['--operator']]) {
      expect((await run(...to, ...wrong)).code).toBe(2);
    }
  });

  it('leaves an audit entry for each write', async () => {
    const rows = await http.sql<{ action: string; actor_kind: string }>(
      `SELECT action, actor_kind FROM platform.operator_audit_entries WHERE actor_id = 'keys' ORDER BY at`,
    );
    expect(rows).toEqual([
      { action: 'keys.create-operator', actor_kind: 'cli' },
      { action: 'keys.revoke', actor_kind: 'cli' },
    ]);
  });

  it.each([
    [],
    ['create'],
    ['create', '--owner', 'ops'],
    ['create', '--operator'],
    ['create', '--operator', '--owner', 'ops', '--expires-days', '0'],
    ['revoke'],
    ['revoke', 'key_nonsense'],
    ['revoke', 'a', 'b'],
    ['burn'],
    ['list', '--all'],
  ])('shows the usage for %j', async (...args) => {
    const { code, out } = await run(...(args as string[]));
    expect([code, out[0]?.startsWith('npm run keys')]).toEqual([2, true]);
  });

  it('says what is wrong, without the URL', async () => {
    expect(await run('revoke', 'key_01jd3q4mfaeq6v5c0qd8y3y5za')).toEqual({
      code: 1,
      out: ['Failed | 失败: No such API key'],
    });
    const out: string[] = [];
    expect(await keys(['list'], { PORT: 'x' }, (line) => out.push(line))).toBe(1);
    expect(out.join('\n')).toMatch(/PORT[\s\S]*DATABASE_URL/);
  });
});
