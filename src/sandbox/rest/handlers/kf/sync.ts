import type { Answer, Call } from '../../endpoint.js';
import { WecomError } from '../../wecom-error.js';
import { managedAccount } from './accounts.js';

const LIMIT_MAX = 1000;

/**
 * Page 94670. Without a token the limit is strict; WeCom publishes no figure. An empty page with `has_more` 1 is
 * legal: the switch puts one before each page, marked in its cursor.
 */
export function syncMessages(call: Call): Answer {
  const { params, host, nowS } = call;
  const account = managedAccount(call);
  const token = params.text('token');
  if (token && !host.kf.isLive(token, account.openKfId, nowS)) throw new WecomError(95007);
  if (!token && !account.takeBareSync(nowS, host.switches.kfSyncsWithoutToken)) throw new WecomError(45009);
  const walk = `kf/sync_msg ${account.openKfId}`;
  const [after = 0, emptyGiven = 0] = host.cursors.decode(walk, params.text('cursor')) ?? [];
  if (host.switches.kfEmptyPages && emptyGiven === 0)
    return { next_cursor: host.cursors.encode(walk, [after, 1]), has_more: 1, msg_list: [] };
  const rest = account.after(after, nowS);
  const page = rest.slice(0, Math.min(params.integer('limit') ?? LIMIT_MAX, LIMIT_MAX));
  return {
    next_cursor: host.cursors.encode(walk, [page.at(-1)?.seq ?? after]),
    has_more: rest.length > page.length ? 1 : 0,
    msg_list: page.map(({ message }) => message),
  };
}
