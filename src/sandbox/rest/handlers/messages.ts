import { randomBytes } from 'node:crypto';
import type { Answer, Call } from '../endpoint.js';
import type { Json } from '../field-rules.js';
import { isListed, VisibleRange } from '../visible-range.js';
import { WecomError } from '../wecom-error.js';

const DAY_MS = 86_400_000;
const DUPLICATE_CHECK_DEFAULT_S = 1800;
const INTERACTIVE_CARDS = ['button_interaction', 'vote_interaction', 'multiple_interaction'];
const CARD_KINDS = ['text_notice', 'news_notice', ...INTERACTIVE_CARDS];
const TEXT_BYTES_MAX = 2048;

/** Page 90236. Some receivers invalid = success with lists; all invalid = 81013. */
export function sendMessage(call: Call): Answer {
  const { params, app, host } = call;
  if (params.integer('agentid') !== app.agentId) throw new WecomError(301002);
  const kind = params.text('msgtype');
  checkContent(call, kind, params.object(kind));
  const { to, invalid } = receivers(call);
  const body = { ...params.body, [kind]: shortened(kind, params.object(kind)) };
  const interval = params.integer('duplicate_check_interval') ?? DUPLICATE_CHECK_DEFAULT_S;
  const since = host.nowMs() - interval * 1000;
  const same =
    params.integer('enable_duplicate_check') === 1
      ? host.outbox.findSame(call.corp.corpId, app.agentId, JSON.stringify(body), since)
      : undefined;
  const msgId = same?.msgId ?? `r${randomBytes(30).toString('base64url')}`;
  if (!same) {
    host.outbox.add({
      kind: 'app',
      corpId: call.corp.corpId,
      agentId: app.agentId,
      at: host.nowMs(),
      to,
      msgId,
      body,
    });
  }
  return {
    ...invalid,
    msgid: msgId,
    ...(hasCallback(params.object(kind)) ? { response_code: randomBytes(24).toString('base64url') } : {}),
  };
}

/** Page 94867. */
export function recallMessage(call: Call): Answer {
  const message = call.host.outbox.find(call.params.text('msgid'));
  const own = message?.corpId === call.corp.corpId && message.agentId === call.app.agentId;
  if (!message || !own) throw new WecomError(40058);
  if (message.at + DAY_MS < call.host.nowMs()) throw new WecomError(42052);
  message.recalled = true;
  return {};
}

function receivers(call: Call): { to: string[]; invalid: Json } {
  const range = new VisibleRange(call.corp, call.app);
  const active = range.staff().filter((staff) => staff.status === 1);
  const wanted = call.params.text('touser');
  if (wanted === '@all') return { to: active.map((staff) => staff.userId), invalid: {} };
  const split = (list: string) => list.split('|').filter((item) => item !== '');
  const userIds = split(wanted);
  const parties = split(call.params.text('toparty'));
  const tags = split(call.params.text('totag'));
  const inParties = active.filter((staff) => staff.departmentIds.some((id) => parties.includes(String(id))));
  const to = new Set(
    [...active.filter((staff) => isListed(userIds, staff.userId)), ...inParties].map((s) => s.userId),
  );
  const badUsers = userIds.filter((userId) => !isListed([...to], userId));
  const badParties = parties.filter((id) => !range.departmentIds.has(Number(id)));
  if (to.size === 0) throw new WecomError(81013);
  return {
    to: [...to],
    // Joined by | and in lower case; absent when empty. The world has no member tags, so every tag is invalid.
    invalid: {
      ...(badUsers.length > 0 ? { invaliduser: badUsers.join('|').toLowerCase() } : {}),
      ...(badParties.length > 0 ? { invalidparty: badParties.join('|') } : {}),
      ...(tags.length > 0 ? { invalidtag: tags.join('|') } : {}),
    },
  };
}

function checkContent(call: Call, kind: string, content: Json): void {
  if (Object.keys(content).length === 0) throw new WecomError(40063);
  if (['image', 'voice', 'video', 'file'].includes(kind)) {
    call.host.media.uploaded(call.corp.corpId, String(content['media_id'] ?? ''), kind);
  }
  if (kind === 'miniprogram_notice' && call.params.text('touser') === '@all') throw new WecomError(40058);
  if (call.params.integer('safe') === 2 && kind !== 'mpnews') throw new WecomError(40058);
  if (kind !== 'template_card') return;
  const card = String(content['card_type'] ?? '');
  if (!CARD_KINDS.includes(card)) throw new WecomError(40058);
  if (hasCallback(content) && !content['task_id']) throw new WecomError(40063);
  if (hasCallback(content) && !call.app.callback) throw new WecomError(43012);
}

/** Interactive cards, and any card with an action menu. */
function hasCallback(content: Json): boolean {
  return INTERACTIVE_CARDS.includes(String(content['card_type'])) || content['action_menu'] !== undefined;
}

/** Overlong text is cut, not refused (page 90236). */
function shortened(kind: string, content: Json): Json {
  const text = content['content'];
  if ((kind !== 'text' && kind !== 'markdown') || typeof text !== 'string') return content;
  const bytes = Buffer.from(text);
  if (bytes.length <= TEXT_BYTES_MAX) return content;
  // A character cut in half disappears.
  return {
    ...content,
    content: bytes
      .subarray(0, TEXT_BYTES_MAX)
      .toString('utf8')
      .replace(/\uFFFD+$/, ''),
  };
}
