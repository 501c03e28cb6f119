/**
 * Works an audience off as its job does, in steps of a few customers, and begins again whenever an error ends it. Takes its
 * time until it is told to hurry, so that deaths meet the work.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AudienceParts } from '../../../src/modules/coupons/audiences/use-cases/audience-parts.js';
import { AudienceStep } from '../../../src/modules/coupons/audiences/use-cases/audience-step.js';
import { RunAudience } from '../../../src/modules/coupons/audiences/use-cases/run-audience.js';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { isUnavailable } from '../../../src/platform/database/unavailable.js';
import { startApplicationContext } from './application-context.js';
import { dieOnOrder } from './death.js';

const corpId = process.env['CORP_ID'] as CorpId;
const audienceId = process.env['AUDIENCE_ID'] ?? '';
const couponsMax = Number(process.env['STEP_COUPONS']);
let paceMs = Number(process.env['PACE_MS']);
process.on('message', ({ type }: { type: string }) => {
  if (type === 'hurry') paceMs = 0;
});

const app = await startApplicationContext();
Object.assign(app.get(AudienceParts), { couponsMax } satisfies Partial<AudienceParts>);
const step = app.get(AudienceStep);
const doStep = step.do.bind(step);
step.do = async (...args) => {
  await sleep(Math.random() * paceMs);
  return doStep(...args);
};
const run = { attempt: 1, attemptsMax: 2, signal: new AbortController().signal };
dieOnOrder();
process.send?.({ type: 'ready' });
for (;;) {
  await app
    .get(RunAudience)
    .run({ corpId, audienceId }, run)
    .catch((error: unknown) => {
      if (!isUnavailable(error)) throw error;
    });
  await sleep(20);
}
