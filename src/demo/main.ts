import { performance } from 'node:perf_hooks';
import { endOnSignal } from '../end-on-signal.js';
import { ApiKeys } from '../platform/auth/api-keys.js';
import { Readiness } from '../platform/health/readiness.js';
import { ApiCalls } from './api-calls.js';
import { connectDemoCorp } from './connect-demo-corp.js';
import { DemoCouponShop } from './coupon-shop.js';
import { type Demo, startDemo, startDemoTraffic } from './demo.js';
import { greeting } from './greeting.js';
import { waitForFirstSync } from './first-sync.js';
import { DemoShop } from './shop.js';
import { DemoTeaClub } from './tea-club.js';

const PORT_DEFAULT = 3000;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const wanted = portOf(process.env['PORT']);
  const starting = startDemo({ port: wanted, dataDir: process.env['DATA_DIR'] ?? '.data', print });
  // a start that fails has ended what it had begun
  const stop = () =>
    starting.then(
      (demo) => demo.stop(),
      () => undefined,
    );
  let ending = false;
  endOnSignal(() => {
    ending = true;
    print('Ending … 正在结束 …');
    return stop();
  });
  try {
    await open(await starting, wanted);
  } catch (error) {
    if (ending) return; // the end is what broke it
    await stop(); // PostgreSQL would outlive this process
    throw error;
  }
}

async function open(demo: Demo, wantedPort: number): Promise<void> {
  const readiness = demo.application.app.get(Readiness);
  readiness.hold('first-data');
  const { key, approverKey } = await connect(demo);
  const api = new ApiCalls(demo.application.url, key);
  const shop = new DemoShop(api);
  const club = new DemoTeaClub(api);
  const coupons = new DemoCouponShop(api, new ApiCalls(demo.application.url, approverKey));
  const memberIds = await shop.open();
  const boardId = await club.open(memberIds);
  const batchId = await coupons.open(memberIds);
  readiness.pass('first-data');
  const port = Number(new URL(demo.application.url).port);
  if (port !== wantedPort)
    print(`Port ${wantedPort} is taken, using ${port}. 端口 ${wantedPort} 已被占用，改用 ${port}。`);
  print(
    greeting({
      url: demo.application.url,
      sandboxUrl: demo.sandbox.url,
      key,
      customerId: memberIds[0],
      boardId,
      batchId,
      seconds: performance.now() / 1000,
    }),
  );
  startDemoTraffic(demo.sandbox);
  shop.startTraffic();
  club.startTraffic(memberIds);
  coupons.startTraffic(batchId, memberIds);
}

function portOf(text = String(PORT_DEFAULT)): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Error('PORT must be 1 to 65535. PORT 应为 1 到 65535。');
}

async function connect(demo: Demo): Promise<{ key: string; approverKey: string }> {
  const keys = demo.application.app.get(ApiKeys);
  const operator = await keys.createOperatorKey({ owner: 'demo', name: 'demo start', expiresInDays: 1 });
  const { key, approverKey } = await connectDemoCorp(
    new ApiCalls(demo.application.url, operator.key),
    demo.sandbox,
    demo.application.url,
  );
  await keys.revoke(operator.id);
  await waitForFirstSync(new ApiCalls(demo.application.url, key));
  return { key, approverKey };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
