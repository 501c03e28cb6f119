import type { MassSend } from '../../../mass-sends/mass-send-book.js';
import type { Answer, Call } from '../../endpoint.js';
import { WecomError } from '../../wecom-error.js';
import { checkAttachments } from '../attachments.js';
import { customersFor, groupsFor } from './recipients.js';

/** Page 92135. Makes tasks; nothing is sent until members confirm. */
export function addMassSend(call: Call): Answer {
  const { params, corp, app, host, nowS } = call;
  const { text, attachments, sender } = params.body;
  if (sender === '') throw new WecomError(40058, 'field sender unexpected empty string');
  checkAttachments(call);
  const chatType = params.text('chat_type') === 'group' ? 'group' : 'single';
  const { byMember, failed } = chatType === 'group' ? groupsFor(call) : customersFor(call);
  if (byMember.size === 0) throw new WecomError(41048);
  const { msgId } = host.massSends.add({
    corpId: corp.corpId,
    agentId: app.agentId,
    chatType,
    createdAt: nowS,
    // For groups the sender picks among all his own when none are named (page 92135).
    allowSelect:
      params.body['allow_select'] === true ||
      (chatType === 'group' && params.texts('chat_id_list').length === 0),
    content: { ...(text ? { text } : {}), ...(attachments ? { attachments } : {}) },
    tasks: [...byMember].map(([userId, ids]) => ({
      userId,
      targets: ids.map((id) => ({ id, status: 0 })),
    })),
  });
  return { fail_list: failed, msgid: msgId };
}

/** Page 97610: three reminders a task within 24 h. */
export function remindMassSend(call: Call): Answer {
  if (!call.host.massSends.remind(openSend(call), call.nowS)) throw new WecomError(41094);
  return {};
}

/** Page 97611: stops the members who have not sent yet. */
export function cancelMassSend(call: Call): Answer {
  openSend(call).cancelled = true;
  return {};
}

export function openSend(call: Call): MassSend {
  const send = call.host.massSends.find(call.corp.corpId, call.params.text('msgid'));
  if (!send) throw new WecomError(41047);
  if (send.cancelled) throw new WecomError(41093);
  return send;
}
