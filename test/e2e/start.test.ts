import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startTestProcess, type TestProcess } from '../support/child-process.js';
import { eventually } from '../support/eventually.js';

const masterKeys = `test:${randomBytes(32).toString('base64')}`;
let database: TestDatabase;
const running: TestProcess[] = [];

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});

afterEach(async () => {
  for (const process of running.splice(0)) await process.kill();
  await database.drop();
});

/** `npm start` in production, with a port of its own. */
function start(env: Record<string, string> = {}): TestProcess {
  const process = startTestProcess('src/main.ts', {
    NODE_ENV: 'production',
    DATABASE_URL: database.appUrl,
    DATABASE_MIGRATION_URL: database.ownerUrl,
    MASTER_KEYS: masterKeys,
    LOG_LEVEL: 'warn',
    PORT: String(20_000 + Math.floor(Math.random() * 12_000)), // below those that Linux gives to connections
    ...env,
  });
  running.push(process);
  return process;
}

const urlOf = (process: TestProcess) => /http:\/\/\S+/.exec(process.output())?.[0];

async function exitOf(process: TestProcess): Promise<{ code: number; output: string }> {
  const [code] = (await once(process.process, 'exit')) as [number];
  return { code, output: process.output() };
}

describe('a start in production', () => {
  it('comes up three times at once on an empty database: one migrates, none crashes', async () => {
    const processes = [start(), start({ ROLE: 'api' }), start({ ROLE: 'worker' })];
    for (const process of processes) {
      await eventually(async () => {
        const url = urlOf(process);
        if (!url)
          throw new Error(`no address yet, exit code ${process.process.exitCode}:\n${process.output()}`);
        expect((await fetch(`${url}/readyz`)).status).toBe(200);
      }, 90_000);
    }
    expect(await Promise.all(processes.map((process) => process.stop()))).toEqual([0, 0, 0]);
  }, 120_000);

  it('is refused while migrations are pending, with the command to run', async () => {
    const { code, output } = await exitOf(start({ DATABASE_MIGRATION_URL: '' }));
    expect(code).toBe(1);
    expect(output).toContain('npm run migrate');
  }, 30_000);

  it('is refused with the role that owns the tables, with the command to run', async () => {
    const { code, output } = await exitOf(start({ DATABASE_URL: database.ownerUrl }));
    expect(code).toBe(1);
    expect(output).toContain('npm run db:roles');
  }, 30_000);

  it('is refused without master keys, and names every problem of the environment at once', async () => {
    const keyless = await exitOf(start({ MASTER_KEYS: '' }));
    expect(keyless.code).toBe(1);
    expect(keyless.output).toContain('openssl rand -base64 32');
    const wrong = await exitOf(start({ PORT: 'abc', ROLE: 'boss' }));
    expect(wrong.code).toBe(1);
    expect(wrong.output).toMatch(/PORT[\s\S]*ROLE|ROLE[\s\S]*PORT/);
  }, 30_000);

  it('refuses a restored database whose master key is another one', async () => {
    const first = start();
    await eventually(() => expect(urlOf(first)).toBeDefined(), 30_000);
    await first.stop();
    const other = `test:${randomBytes(32).toString('base64')}`;
    const { code, output } = await exitOf(start({ MASTER_KEYS: other }));
    expect(code).toBe(1);
    expect(output).toContain('test');
    expect(output).not.toContain(other.slice(5));
  }, 60_000);

  it('prints a warning for any other WeCom address and refuses plain http beyond this machine', async () => {
    const warned = start({ WECOM_API_BASE_URL: 'https://wecom.example.com' });
    await eventually(() => expect(warned.output()).toContain('wecom.example.com'), 30_000);
    const refused = await exitOf(start({ WECOM_API_BASE_URL: 'http://wecom.example.com' }));
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('WECOM_API_BASE_URL');
  }, 60_000);
});
