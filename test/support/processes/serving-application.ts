/** The whole application on the port that PORT says; it makes an operator key when it is asked for one. */
import { startApplication } from '../../../src/bootstrap.js';
import { ApiKeys } from '../../../src/platform/auth/api-keys.js';
import { AppConfig } from '../../../src/platform/config/app-config.js';

const config = AppConfig.fromEnvironment(process.env).with({ host: '127.0.0.1' });
const { app, url } = await startApplication(config);
process.on('message', async () => {
  const { key } = await app.get(ApiKeys).createOperatorKey({ owner: 'test', name: 'test' });
  process.send?.({ type: 'key', key });
});
process.send?.({ type: 'ready', url });
