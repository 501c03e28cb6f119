import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApiCalls } from '../demo/api-calls.js';
import { connectDemoCorp } from '../demo/connect-demo-corp.js';
import { startDemo } from '../demo/demo.js';
import { waitForFirstSync } from '../demo/first-sync.js';
import { ApiKeys } from '../platform/auth/api-keys.js';
import { parsePublicId } from '../platform/context/typed-id.js';
import type { CorpId } from '../platform/context/typed-id.js';
import type { WorkloadPlace } from './workload.js';

export interface ThrowAwayCorp {
  readonly place: WorkloadPlace;
  /** Of the role that serves. */
  readonly appUrl: string;
  readonly superuserUrl: string;
}

/** What WeCom tells meanwhile: friends, losses, tags, groups. */
const TRAFFIC = { eventsPerMinute: 120, customersMax: 2_000 };
/** Not the demo's own: both may run at once. The next free one is used. */
const PORT = 3900;

/** The demo's database, sandbox and application in a folder of their own, which is removed afterwards. */
export async function withThrowAwayCorp<T>(work: (corp: ThrowAwayCorp) => Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'scrm-invariants-')));
  chmodSync(folder, 0o755); // the database's user can enter, as a checkout usually lets him
  try {
    const demo = await startDemo({ port: PORT, dataDir: path.join(folder, 'data'), print: () => undefined });
    try {
      const { app, url } = demo.application;
      const operator = await app.get(ApiKeys).createOperatorKey({ owner: 'check', expiresInDays: 1 });
      const { corpId, key } = await connectDemoCorp(new ApiCalls(url, operator.key), demo.sandbox, url);
      await waitForFirstSync(new ApiCalls(url, key));
      demo.sandbox.control.startTraffic(TRAFFIC); // ends with the sandbox
      const superuser = new URL(demo.database.adminUrl);
      superuser.pathname = new URL(demo.database.appUrl).pathname;
      const place = { app, url, key, corpId: parsePublicId('corp', corpId) as CorpId };
      return await work({ place, appUrl: demo.database.appUrl, superuserUrl: superuser.toString() });
    } finally {
      await demo.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
