import { startApplication } from '../src/bootstrap.js';
import { ApiKeys } from '../src/platform/auth/api-keys.js';
import { AppConfig } from '../src/platform/config/app-config.js';
import type { CorpId } from '../src/platform/context/typed-id.js';
import { serveBench } from './server.js';

/** So many that none of them reaches its limit of requests. */
const KEYS = 32;

const running = await startApplication(AppConfig.fromEnvironment(process.env));
const corpId = process.env['BENCH_CORP_ID'] as CorpId;
const apiKeys = running.app.get(ApiKeys);
const keys = [];
for (let index = 0; index < KEYS; index++) {
  keys.push((await apiKeys.createCorpKey(corpId, { owner: `bench ${index}` }, ['customers:read'])).key);
}
serveBench({ url: running.url, keys }, () => running.close());
