/** A process that does one full pass and tells its peak memory. `DATABASE_URL`, `PAGES_URL` and `RELATIONS` say of what. */
import { SyncingApplication } from './syncing-application.js';

const KIB_PER_MIB = 1024;
const { DATABASE_URL: databaseUrl = '', PAGES_URL: pagesUrl = '', RELATIONS: relations } = process.env;
const application = await SyncingApplication.start(databaseUrl, pagesUrl);
await application.sync(Number(relations));
await application.close();
process.send?.({ type: 'done', mib: process.resourceUsage().maxRSS / KIB_PER_MIB }, () =>
  process.disconnect(),
);
