import { randomBytes } from 'node:crypto';
import type { KfAccount } from '../../../kf/kf-account.js';
import type { Answer, Call } from '../../endpoint.js';
import { isObject, type Json } from '../../field-rules.js';
import { WecomError } from '../../wecom-error.js';
import { managedAccount } from './accounts.js';

const MENU_ITEMS_MAX = 50;
const EVENT_MENU_ITEMS_MAX = 10;
const CLICKABLE_MAX = 10;
const CLICKABLE = ['click', 'view', 'miniprogram'];
const MEDIA_KINDS = ['image', 'voice', 'video', 'file'];

/** Page 94677. 0 means accepted; a failure comes later as msg_send_fail. Not in the log: senders store it. */
export function sendKfMessage(call: Call): Answer {
  const account = managedAccount(call);
  const externalUserId = call.params.text('touser');
  checkContent(call, MENU_ITEMS_MAX);
  const msgId = messageId(call, account);
  const refusal = account.session(externalUserId, call.nowS).send(call.nowS);
  if (refusal !== 0) throw new WecomError(refusal);
  return deliver(call, account, externalUserId, msgId);
}

/** Page 95122: one message a code, also where send_msg may not speak. */
export function sendKfMessageOnEvent(call: Call): Answer {
  const { params, host, nowS } = call;
  const text = params.text('code');
  const code = host.kf.findCode(text, nowS);
  if (!code || code.account.corpId !== call.corp.corpId) throw new WecomError(95007);
  const { account, externalUserId, state } = code;
  // Menus greet and say goodbye; on the way into and out of the pool only text is taken.
  if ((state === 2 || state === 3) && params.text('msgtype') !== 'text') throw new WecomError(40008);
  checkContent(call, EVENT_MENU_ITEMS_MAX);
  const session = account.session(externalUserId, nowS);
  if (state !== undefined && session.state !== state) throw new WecomError(95018);
  const msgId = messageId(call, account);
  host.kf.useUp(text);
  if (state === undefined) session.welcomedAt = nowS;
  return deliver(call, account, externalUserId, msgId);
}

/** The code of a repeated own msgid is unconfirmed (messaging-and-media.md section 7). */
function messageId(call: Call, account: KfAccount): string {
  const own = call.params.text('msgid');
  if (own && account.sentMsgIds.has(own)) throw new WecomError(40058);
  return own || randomBytes(16).toString('base64url');
}

function deliver(call: Call, account: KfAccount, externalUserId: string, msgId: string): Answer {
  const { corp, app, host, params } = call;
  account.sentMsgIds.add(msgId);
  host.outbox.add({
    kind: 'kf',
    corpId: corp.corpId,
    agentId: app.agentId,
    at: host.nowMs(),
    to: [externalUserId],
    msgId,
    body: params.body,
  });
  return { msgid: msgId };
}

function checkContent(call: Call, menuItemsMax: number): void {
  const kind = call.params.text('msgtype');
  const content = call.params.object(kind);
  if (Object.keys(content).length === 0) throw new WecomError(40063);
  const media = (name: string, type: string) =>
    call.host.media.uploaded(call.corp.corpId, String(content[name] ?? ''), type);
  if (MEDIA_KINDS.includes(kind)) media('media_id', kind);
  if (kind === 'link' || kind === 'miniprogram') media('thumb_media_id', 'image');
  if (kind === 'miniprogram' && !String(content['pagepath'] ?? '').endsWith('.html'))
    throw new WecomError(40058);
  if (kind === 'msgmenu') checkMenu(content, menuItemsMax);
}

function checkMenu(menu: Json, itemsMax: number): void {
  const list = menu['list'];
  const items = (Array.isArray(list) ? list : []).filter(isObject);
  if (items.length > itemsMax) throw new WecomError(40058);
  const kinds = items.map((item) => String(item['type']));
  if (kinds.some((kind) => kind !== 'text' && !CLICKABLE.includes(kind))) throw new WecomError(95009);
  if (kinds.filter((kind) => CLICKABLE.includes(kind)).length > CLICKABLE_MAX) throw new WecomError(95008);
}
