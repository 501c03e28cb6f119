/**
 * The whole application as a process that a test can kill. It tells which pages of customers WeCom answered; with
 * HANG_AT_SECOND_PAGE it stops for good once it has read the second page of some group and not stored it yet.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startApplication } from '../../../src/bootstrap.js';
import { ApiKeys } from '../../../src/platform/auth/api-keys.js';
import { AppConfig } from '../../../src/platform/config/app-config.js';
import { ContactsGateway } from '../../../src/wecom/index.js';

// before anything starts: the worker takes up the work of a dead process while the application still does
const { listByStaff } = ContactsGateway.prototype;
ContactsGateway.prototype.listByStaff = async function (corpId, userIds, cursor) {
  const page = await listByStaff.call(this, corpId, userIds, cursor);
  process.send?.({ type: 'page', userIds, start: cursor === '' });
  if (process.env.HANG_AT_SECOND_PAGE && cursor !== '') {
    process.send?.({ type: 'hangs' });
    await sleep(600_000);
  }
  return page;
};

const config = AppConfig.fromEnvironment(process.env).with({ host: '127.0.0.1', port: 0 });
const { app, url } = await startApplication(config);
const { key } = await app.get(ApiKeys).createOperatorKey({ owner: 'test', name: 'test' });
process.send?.({ type: 'ready', url, key });
