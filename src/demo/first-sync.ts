import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiCalls } from './api-calls.js';

interface OperationView {
  kind: string;
  state: string;
  errorCode?: string | null;
}

const FIRST_SYNCS = ['staff.sync', 'segments.sync-corp-tags', 'customers.sync', 'group-chats.sync'];
const POLL_MS = 100;
const TIMEOUT_MS = 120_000;

/** Resolves when each mirror has been filled once. @throws when a sync failed or none ended within two minutes. */
export async function waitForFirstSync(api: ApiCalls): Promise<void> {
  for (let waited = 0; waited < TIMEOUT_MS; waited += POLL_MS) {
    const { items } = await api.get<{ items: OperationView[] }>('/v1/operations?limit=200');
    const done = FIRST_SYNCS.filter((kind) =>
      items.some((item) => item.kind === kind && item.state === 'succeeded'),
    );
    if (done.length === FIRST_SYNCS.length) return;
    const failed = items.find((item) => item.state === 'failed');
    if (failed) throw new Error(`${failed.kind} failed: ${failed.errorCode ?? 'no code'}`);
    await sleep(POLL_MS);
  }
  throw new Error('the first sync did not end within two minutes 首次同步两分钟内未完成');
}
