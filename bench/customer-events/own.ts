/** The application as a deployment runs it, without its worker: what is measured is what a call stores. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startApplication } from '../../src/bootstrap.js';
import { ApiKeys } from '../../src/platform/auth/api-keys.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import type { CorpId } from '../../src/platform/context/typed-id.js';

const BYTES_PER_MIB = 1_048_576;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // reason: the flag has made it

const running = await startApplication(AppConfig.fromEnvironment(process.env));
const corpId = process.env['BENCH_CORP_ID'] as CorpId; // reason: the benchmark made it
const { key } = await running.app.get(ApiKeys).createCorpKey(corpId, { owner: 'bench' }, ['customers:write']);
process.on('message', () => {
  collectGarbage(); // a heap that nobody asks for stays as large as it once was
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ type: 'memory', mib: (heapUsed + external) / BYTES_PER_MIB });
});
process.send?.({ type: 'ready', url: running.url, key });
