import { randomUUID } from 'node:crypto';
import { startApplication } from '../../src/bootstrap.js';
import { ApiKeys } from '../../src/platform/auth/api-keys.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import { serveBench } from '../server.js';

/** The application with one corp, whose callback address it tells. */
const config = AppConfig.fromEnvironment(process.env);
const running = await startApplication(config.with({ host: '127.0.0.1' }));
const { key } = await running.app.get(ApiKeys).createOperatorKey({ owner: 'bench', name: 'bench' });
const answer = await fetch(`${running.url}/v1/corps`, {
  method: 'POST',
  headers: {
    authorization: `Bearer ${key}`,
    'idempotency-key': randomUUID(),
    'content-type': 'application/json',
  },
  body: JSON.stringify({
    wecomCorpId: process.env['BENCH_RECEIVE_ID'],
    name: 'Bench',
    timeZone: 'Asia/Shanghai',
    languages: ['zh-CN'],
    apps: [
      {
        kind: 'self_built',
        agentId: 1000002,
        secret: 'bench-secret',
        callback: { token: process.env['BENCH_TOKEN'], encodingAesKey: process.env['BENCH_AES_KEY'] },
      },
    ],
  }),
});
if (!answer.ok) throw new Error(await answer.text());
const { apps } = (await answer.json()) as { apps: { callbackPath: string }[] };
serveBench({ url: running.url, path: apps[0]?.callbackPath }, () => running.close());
