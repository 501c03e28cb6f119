import type { EventHost } from '../control/event-host.js';
import type { SandboxPeople } from '../sandbox.types.js';
import type { Corp } from '../world/corp.js';
import type { MassSend, MassSendTarget, MassSendTask, TargetStatus } from './mass-send-book.js';

type MassSendPeople = Pick<SandboxPeople, 'confirmMassSend' | 'sendOwnMass'>;

/** What members do in 群发助手. No callback exists for any of it (callbacks.md section 4). */
export function massSendPeople(host: EventHost): MassSendPeople {
  return {
    confirmMassSend: (o) => {
      const corp = host.world.get(o.corpId);
      const send = host.massSends.find(corp.corpId, o.msgId);
      const task = send?.tasks.find(({ userId }) => userId.toLowerCase() === o.userId.toLowerCase());
      if (!send || !task) throw new Error(`${o.userId} has no such mass message to confirm`);
      if (send.cancelled) throw new Error('the mass message was cancelled');
      if (task.confirmedAt !== undefined) throw new Error(`${o.userId} has confirmed it already`);
      if (o.only && !send.allowSelect) throw new Error('the recipients of this mass message are fixed');
      deliver(host, corp, send, task, o.only);
    },
    sendOwnMass: (o) => {
      const corp = host.world.get(o.corpId);
      const { userId } = corp.getStaff(o.userId);
      const task: MassSendTask = { userId, targets: o.externalUserIds.map((id) => ({ id, status: 0 })) };
      const send = host.massSends.add({
        corpId: corp.corpId,
        agentId: 0,
        chatType: 'single',
        createdAt: host.nowS(),
        creator: userId,
        allowSelect: true,
        content: { text: { content: o.text } },
        tasks: [task],
      });
      deliver(host, corp, send, task);
      return { msgId: send.msgId };
    },
  };
}

function deliver(host: EventHost, corp: Corp, send: MassSend, task: MassSendTask, only?: string[]): void {
  const now = host.nowS();
  task.confirmedAt = now;
  for (const target of task.targets) {
    if (only && !only.includes(target.id)) continue;
    target.status = statusOf(host, corp, send, task, target);
    if (target.status !== 1) continue;
    target.sentAt = now;
    host.massSends.received(corp.corpId, target.id, now);
  }
  const to = task.targets.filter(({ status }) => status === 1).map(({ id }) => id);
  if (to.length === 0) return;
  const { corpId, agentId, msgId, content } = send;
  host.outbox.add({ kind: 'mass', corpId, agentId, at: now * 1000, to, msgId, body: content });
}

function statusOf(
  host: EventHost,
  corp: Corp,
  send: MassSend,
  task: MassSendTask,
  { id }: MassSendTarget,
): TargetStatus {
  const chat = corp.findGroupChat(id);
  const reachable =
    send.chatType === 'group'
      ? chat !== undefined && !chat.dismissed && chat.ownerUserId === task.userId
      : corp.customers.follow(task.userId, id) !== undefined;
  if (!reachable) return 2;
  return host.massSends.mayReceive(corp.corpId, id, host.nowS()) ? 1 : 3;
}
