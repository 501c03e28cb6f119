import type { KfAccount } from '../../../kf/kf-account.js';
import type { Answer, Call } from '../../endpoint.js';
import { WecomError } from '../../wecom-error.js';

const LIMIT_DEFAULT = 100;

/** Page 94661. */
export function listKfAccounts(call: Call): Answer {
  const offset = call.params.integer('offset') ?? 0;
  const limit = call.params.integer('limit') ?? LIMIT_DEFAULT;
  const accounts = call.host.kf.ofCorp(call.corp.corpId).slice(offset, offset + limit);
  return {
    account_list: accounts.map((account) => ({
      open_kfid: account.openKfId,
      name: account.name,
      avatar: `https://wework.qpic.cn/wwhead/${account.openKfId.slice(2, 12)}/0`,
      manage_privilege: account.agentId === call.app.agentId,
    })),
  };
}

/** Page 94645. */
export function listServicers(call: Call): Answer {
  return {
    servicer_list: [...managedAccount(call).servicers].map(([userId, serving]) => ({
      userid: userId,
      ...(serving ? { status: 0 } : { status: 1, stop_type: 0 }),
    })),
  };
}

/** The account of the call, which must be placed under the app of the token. */
export function managedAccount(call: Call): KfAccount {
  const openKfId = call.params.text('open_kfid');
  if (!/^(wk|kf)/.test(openKfId)) throw new WecomError(95000);
  const account = call.host.kf.find(openKfId);
  if (!account || account.corpId !== call.corp.corpId) throw new WecomError(95004);
  if (account.agentId !== call.app.agentId) throw new WecomError(48007);
  return account;
}
