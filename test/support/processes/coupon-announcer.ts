/** Takes an announcement as far as it goes, once, as its job does, at the time that it is told. */
import { Announce } from '../../../src/modules/coupons/delivery/use-cases/announce.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { startApplicationContext } from './application-context.js';
import { dieOnOrder } from './death.js';

const corpId = process.env['CORP_ID'] as CorpId;
const run = { attempt: 1, attemptsMax: 2, signal: new AbortController().signal };

const app = await startApplicationContext();
const clock = app.get(Clock);
const announce = app.get(Announce);
process.on('message', (message: { type: string; id: string; nowMs: number }) => {
  if (message.type !== 'announce') return;
  clock.now = () => new Date(message.nowMs);
  void announce.run(corpId, message.id, run).then(() => process.send?.({ type: 'announced' }));
});
dieOnOrder();
process.send?.({ type: 'ready' });
