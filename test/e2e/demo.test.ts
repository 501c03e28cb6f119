import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDatabase } from '../../src/embedded-database/index.js';
import { withClient } from '../../src/platform/database/with-client.js';
import { startTestProcess, type TestProcess } from '../support/child-process.js';
import { eventually } from '../support/eventually.js';

const START_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 25_000;
const PORT = 24_731;
let dataDir: string;
let demo: TestProcess | undefined;

beforeAll(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-demo-'));
  chmodSync(dataDir, 0o755); // else the database user of root cannot reach it, and the data goes elsewhere
});

afterAll(async () => {
  await demo?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Shown {
  url: string;
  key: string;
  calls: string[];
}

async function start(port = PORT): Promise<Shown> {
  demo = startTestProcess('src/demo/main.ts', { DATA_DIR: dataDir, PORT: String(port), DATABASE_URL: '' });
  const running = demo;
  await eventually(() => expect(running.output()).toContain('Ctrl-C'), START_TIMEOUT_MS);
  const output = running.output();
  return {
    url: /API\s+(http:\/\/[\d.]+:\d+)\/v1/.exec(output)![1]!,
    key: /scrm_corp_\w+/.exec(output)![0],
    calls: output.split('\n').filter((line) => line.trim().startsWith('curl ')),
  };
}

/** Runs a line of the console as a newcomer would: in a shell. */
const inShell = (line: string) =>
  JSON.parse(execFileSync('sh', ['-c', line], { encoding: 'utf8' })) as Record<string, any>;

const reachable = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** Processes that still work on the demo's folder, whoever started them. */
function leftOvers(): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(path.basename(dataDir)));
}

/** Its exit code and signal. @throws what it printed and what the system knows of its signals, while it lives. */
async function ended({ process: child, output }: TestProcess): Promise<[number | null, string | null]> {
  const exit = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  const lives = await Promise.race([exit, sleep(END_TIMEOUT_MS, 'lives', { ref: false })]);
  if (lives !== 'lives') return [child.exitCode, child.signalCode];
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/^(State|Sig\w+|ShdPnd):.*$/gm);
  child.kill('SIGKILL');
  throw new Error(`the demo lives\n${status?.join('\n')}\n${output()}`);
}

describe('the demo', () => {
  let first: Shown;

  it(
    'shows six curl lines that answer at once, and is ready',
    async () => {
      first = await start();
      expect(first.url).toBe(`http://127.0.0.1:${PORT}`);
      const [customers, page, board, batch, groupChats, callbacks] = first.calls;
      expect(first.calls).toHaveLength(6);
      for (const line of [customers!, board!, groupChats!]) expect(inShell(line).items).toHaveLength(3);
      expect(inShell(page!)).toMatchObject({
        customerIds: { length: 3 }, // WeCom, the shop and the CRM know this person
        timeline: expect.arrayContaining([expect.objectContaining({ type: 'customers.behaviour' })]),
      });
      const { counts } = inShell(batch!);
      expect(counts.claimed).toBeGreaterThanOrEqual(8); // the live traffic may have begun
      expect(counts.redeemed).toBeGreaterThanOrEqual(4);
      expect(Array.isArray(inShell(callbacks!).items)).toBe(true);
      expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    },
    START_TIMEOUT_MS,
  );

  it('gives a key that may do all that README names', async () => {
    const readme = readFileSync('README.md', 'utf8');
    const named = [...readme.matchAll(/get "\$API(\/v1\/[a-z-]+)(?=["?])/g)].map(([, route]) => route!);
    expect(named.length).toBeGreaterThan(8);
    const statuses = new Map<string, number>();
    for (const route of new Set(named)) {
      const response = await fetch(`${first.url}${route}`, {
        headers: { Authorization: `Bearer ${first.key}` },
      });
      statuses.set(route, response.status);
    }
    expect([...statuses].filter(([, status]) => status !== 200)).toEqual([]);
  });

  it('refuses a second start in the same folder, and the first one goes on', async () => {
    const second = startTestProcess('src/demo/main.ts', {
      DATA_DIR: dataDir,
      PORT: String(PORT + 5),
      DATABASE_URL: '',
    });
    const [code] = (await once(second.process, 'exit')) as [number];
    expect(code).toBe(1);
    expect(second.output()).toContain('DATA_DIR');
    expect(inShell(first.calls[0]!).items).toHaveLength(3);
  }, 30_000);

  it('listens on the loopback address only', () => {
    const sockets = readFileSync('/proc/net/tcp', 'utf8').split('\n');
    const listening = sockets.filter(
      (line) => line.includes(` 0A `) && line.includes(`:${PORT.toString(16).toUpperCase()} `),
    );
    expect(listening.map((line) => line.trim().split(/\s+/)[1])).toEqual([
      `0100007F:${PORT.toString(16).toUpperCase()}`,
    ]);
  });

  it('ends with Ctrl-C and leaves no process behind, the postmaster included', async () => {
    demo!.process.kill('SIGINT');
    demo!.process.kill('SIGINT'); // npm forwards what the terminal has sent already
    expect(await ended(demo!)).toEqual([0, null]);
    expect(leftOvers()).toEqual([]);
  }, 30_000);

  it(
    'starts again with its data and a new key; the old one is revoked; a taken port is said',
    async () => {
      const blocker = createServer().listen(PORT, '127.0.0.1');
      await once(blocker, 'listening');
      const again = await start();
      blocker.close();
      expect(again.url).toBe(`http://127.0.0.1:${PORT + 1}`);
      expect(demo!.output()).toContain(`Port ${PORT} is taken`);
      expect(again.key).not.toBe(first.key);
      const get = (key: string) =>
        fetch(`${again.url}/v1/customers?limit=1`, { headers: { Authorization: `Bearer ${key}` } });
      expect((await get(first.key)).status).toBe(401);
      expect((await get(again.key)).status).toBe(200);
    },
    START_TIMEOUT_MS,
  );

  it(
    'survives kill -9: the next start finds the database that was left behind',
    async () => {
      await demo!.kill();
      expect(leftOvers().length).toBeGreaterThan(0);
      const { calls } = await start();
      expect(inShell(calls[0]!).items).toHaveLength(3);
      await demo!.stop();
      expect(leftOvers()).toEqual([]);
    },
    2 * START_TIMEOUT_MS,
  );

  it.each([
    ['as soon as PostgreSQL runs', () => existsSync(path.join(dataDir, 'postgres/cluster/postmaster.pid'))],
    ['during the first sync', () => reachable(`http://127.0.0.1:${PORT}/healthz`)],
  ])(
    'ends with Ctrl-C while it starts, %s',
    async (_, begun) => {
      rmSync(path.join(dataDir, 'postgres'), { recursive: true, force: true });
      demo = startTestProcess('src/demo/main.ts', {
        DATA_DIR: dataDir,
        PORT: String(PORT),
        DATABASE_URL: '',
      });
      await eventually(async () => expect(await begun()).toBe(true), START_TIMEOUT_MS);
      demo.process.kill('SIGINT');
      expect(await ended(demo)).toEqual([0, null]);
      expect(demo.output()).not.toContain('fetch failed');
      expect(leftOvers()).toEqual([]);
    },
    2 * START_TIMEOUT_MS,
  );

  it(
    'does not run beside a corp that is not its own, and leaves nothing behind',
    async () => {
      const database = await startDatabase({ dataDir, console: () => undefined });
      try {
        await withClient(database.ownerUrl, (owner) =>
          owner.query(
            `INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
             VALUES (gen_random_uuid(), 'wwforeign', 'Test', 'Asia/Shanghai', '{zh}', 'per_day_1', 'active', now(), now())`,
          ),
        );
        demo = startTestProcess('src/demo/main.ts', {
          DATA_DIR: dataDir,
          PORT: String(PORT),
          DATABASE_URL: '',
        });
        expect(await once(demo.process, 'exit')).toEqual([1, null]);
        expect(demo.output()).toContain('holds a corp that is not the demo’s');
      } finally {
        await database.stop();
      }
      expect(leftOvers()).toEqual([]);
    },
    2 * START_TIMEOUT_MS,
  );
});
