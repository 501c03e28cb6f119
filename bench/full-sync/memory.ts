/**
 * A process that does one full pass and tells its peak memory. Its environment is that of the application; `CORP_ID` is
 * connected already.
 */
import { createApplication } from '../../src/bootstrap.js';
import { CUSTOMERS_SYNC } from '../../src/modules/customers/contacts/use-cases/customers-sync.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import type { CorpId } from '../../src/platform/context/typed-id.js';
import { MasterKeys } from '../../src/platform/crypto/master-keys.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { JobHandlers } from '../../src/platform/jobs/job-handlers.js';
import type { Operation } from '../../src/platform/operations/operation.js';
import { Operations } from '../../src/platform/operations/operations.js';
import { Syncs } from '../../src/platform/sync/syncs.js';
import { CallQuota } from '../../src/wecom/client/call-quota.js';

const KIB_PER_MIB = 1024;
const RUN = { attempt: 1, attemptsMax: 2, signal: new AbortController().signal };
const corpId = process.env['CORP_ID'] as CorpId; // reason: the benchmark connected it

const config = AppConfig.fromEnvironment(process.env);
const app = await createApplication(config, MasterKeys.load(config));
await app.init();
app.get(CallQuota, { strict: false }).take = async () => undefined; // the limiter is off
const step = app
  .get(JobHandlers)
  .all()
  .find(({ name }) => name === 'sync.step');
const unit = app.get(UnitOfWork);
const id = await unit.run(corpId, () => app.get(Syncs).start(CUSTOMERS_SYNC));
let operation: Operation;
do {
  await step?.handle({ corpId, kind: CUSTOMERS_SYNC }, RUN);
  operation = await unit.read(corpId, () => app.get(Operations).get(id));
} while (operation.state === 'running');
const { state, result } = operation;
const { inserted } = (result ?? {}) as { inserted?: number }; // reason: what customers.sync reports
process.send?.({ type: 'done', state, inserted, mib: process.resourceUsage().maxRSS / KIB_PER_MIB });
