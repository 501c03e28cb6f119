/**
 * A process that does one full pass as the built application does it, and tells its peak memory. Its environment is that
 * of the application; `CORP_ID` is connected already.
 */
import { createApplication } from '../../dist/src/bootstrap.js';
import { AppConfig } from '../../dist/src/platform/config/app-config.js';
import { MasterKeys } from '../../dist/src/platform/crypto/master-keys.js';
import { UnitOfWork } from '../../dist/src/platform/database/unit-of-work.js';
import { JobHandlers } from '../../dist/src/platform/jobs/job-handlers.js';
import { Operations } from '../../dist/src/platform/operations/operations.js';
import { Syncs } from '../../dist/src/platform/sync/syncs.js';
import { CallQuota } from '../../dist/src/wecom/client/call-quota.js';

const KIB_PER_MIB = 1024;
const KIND = 'customers.sync';
const RUN = { attempt: 1, attemptsMax: 2, signal: new AbortController().signal };
const { CORP_ID: corpId } = process.env;

const config = AppConfig.fromEnvironment(process.env);
const app = await createApplication(config, MasterKeys.load(config));
await app.init();
app.get(CallQuota, { strict: false }).take = async () => undefined; // the limiter is off
const step = app
  .get(JobHandlers)
  .all()
  .find(({ name }) => name === 'sync.step');
const unit = app.get(UnitOfWork);
const id = await unit.run(corpId, () => app.get(Syncs).start(KIND));
let operation;
do {
  await step.handle({ corpId, kind: KIND }, RUN);
  operation = await unit.read(corpId, () => app.get(Operations).get(id));
} while (operation.state === 'running');
await app.close();
const { state, result } = operation;
const mib = process.resourceUsage().maxRSS / KIB_PER_MIB;
process.send?.({ state, inserted: result?.inserted, mib }, () => process.disconnect());
