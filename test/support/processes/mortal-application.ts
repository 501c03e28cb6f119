/** The whole application as a process to be killed, on the port that PORT says. */
import { startApplication } from '../../../src/bootstrap.js';
import { ApiKeys } from '../../../src/platform/auth/api-keys.js';
import { AppConfig } from '../../../src/platform/config/app-config.js';
import { dieOnOrder } from './death.js';

const { app, url } = await startApplication(
  AppConfig.fromEnvironment(process.env).with({ host: '127.0.0.1' }),
);
process.on('message', async (message: { type: string }) => {
  if (message.type !== 'key') return;
  const { key } = await app.get(ApiKeys).createOperatorKey({ owner: 'test', name: 'test' });
  process.send?.({ type: 'key', key });
});
dieOnOrder();
process.send?.({ type: 'ready', url });
