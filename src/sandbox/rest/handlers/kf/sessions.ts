import type { KfAccount } from '../../../kf/kf-account.js';
import type { KfState } from '../../../kf/kf-session.js';
import type { Answer, Call } from '../../endpoint.js';
import { isListed } from '../../visible-range.js';
import { WecomError } from '../../wecom-error.js';
import { managedAccount } from './accounts.js';

/** Page 94669; a customer who never wrote is in 4. */
export function getServiceState(call: Call): Answer {
  const { state, servicerUserId } = managedAccount(call).session(
    call.params.text('external_userid'),
    call.nowS,
  );
  return { service_state: state, ...(servicerUserId ? { servicer_userid: servicerUserId } : {}) };
}

/** Page 94669. Changes by API write nothing into the log. */
export function changeServiceState(call: Call): Answer {
  const { params, host, nowS } = call;
  const account = managedAccount(call);
  const externalUserId = params.text('external_userid');
  const session = account.session(externalUserId, nowS);
  // reason: the rule table has checked that it lies between 0 and 4
  const state = (params.integer('service_state') ?? 0) as KfState;
  const servicer = state === 3 ? servicerOf(call, account) : undefined;
  if (!session.mayGo(state, host.switches.kfStrictTransitions)) throw new WecomError(95016);
  session.enter(state, servicer);
  if (!session.earnsCode(state)) return {};
  return { msg_code: host.kf.issueCode({ state, account, externalUserId }, nowS) };
}

function servicerOf(call: Call, account: KfAccount): string {
  const wanted = call.params.text('servicer_userid');
  if (!wanted) throw new WecomError(40063);
  const userId = [...account.servicers.keys()].find((known) => isListed([known], wanted));
  if (userId === undefined || call.corp.findStaff(userId)?.status !== 1) throw new WecomError(95014);
  if (!account.servicers.get(userId)) throw new WecomError(95019);
  return userId;
}
