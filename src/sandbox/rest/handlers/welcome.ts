import type { Answer, Call } from '../endpoint.js';
import { checkAttachments } from './attachments.js';

/** Page 92137. */
export function sendWelcomeMessage(call: Call): Answer {
  checkAttachments(call);
  const externalUserId = call.host.welcomeCodes.use(call.corp.corpId, call.params.text('welcome_code'));
  call.host.outbox.add({
    kind: 'welcome',
    corpId: call.corp.corpId,
    agentId: call.app.agentId,
    at: call.host.nowMs(),
    to: [externalUserId],
    body: call.params.body,
  });
  return {};
}
