/** The application as a deployment runs it, without its worker: what is measured is what a call stores. */
import { startApplication } from '../../src/bootstrap.js';
import { ApiKeys } from '../../src/platform/auth/api-keys.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import type { CorpId } from '../../src/platform/context/typed-id.js';

const KIB_PER_MIB = 1024;
const running = await startApplication(AppConfig.fromEnvironment(process.env));
const corpId = process.env['BENCH_CORP_ID'] as CorpId; // reason: the benchmark made it
const { key } = await running.app.get(ApiKeys).createCorpKey(corpId, { owner: 'bench' }, ['customers:write']);
process.on('message', () =>
  process.send?.({ type: 'memory', mib: process.resourceUsage().maxRSS / KIB_PER_MIB }),
);
process.send?.({ type: 'ready', url: running.url, key });
