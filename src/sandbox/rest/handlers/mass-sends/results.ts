import type { MassSend } from '../../../mass-sends/mass-send-book.js';
import { isListed } from '../../visible-range.js';
import type { Answer, Call } from '../../endpoint.js';
import { pageOf, pageLimit } from '../../paging.js';
import { WecomError } from '../../wecom-error.js';
import { openSend } from './life-cycle.js';

const MONTH_S = 31 * 86_400;

/** Page 93338: corp-made by API (0) and member-made (1) mass messages. */
export function listMassSends(call: Call): Answer {
  const { corp, host, params } = call;
  const start = params.integer('start_time') ?? 0;
  const end = params.integer('end_time') ?? 0;
  if (end < start || end - start > MONTH_S) throw new WecomError(40058);
  const filter = params.integer('filter_type') ?? 2;
  const creator = params.text('creator');
  const chatType = params.text('chat_type');
  const walk = `get_groupmsg_list_v2 ${corp.corpId} ${start} ${end} ${filter} ${creator} ${chatType}`;
  const fits = ({ send }: { send: MassSend }) =>
    send.chatType === chatType &&
    send.createdAt >= start &&
    send.createdAt <= end &&
    (filter === 2 || filter === (send.creator ? 1 : 0)) &&
    (!creator || isListed([creator], send.creator ?? ''));
  const { items, next_cursor } = pageOf(call, walk, pageLimit(call, 50, 100), (after) =>
    host.massSends.ofCorp(corp.corpId, after).filter(fits),
  );
  return { group_msg_list: items.map(({ send }) => listItem(send)), next_cursor };
}

/** Page 93338: 0 unsent, 2 confirmed; what came of it is in the send result. */
export function getMassSendTasks(call: Call): Answer {
  const send = dispatchedSend(call);
  const { items, next_cursor } = pageOf(
    call,
    `get_groupmsg_task ${send.msgId}`,
    pageLimit(call, 500, 1000),
    (after) => send.tasks.map((task, index) => ({ position: index + 1, task })).slice(after),
  );
  return {
    task_list: items.map(({ task }) => ({
      userid: task.userId,
      status: task.confirmedAt === undefined ? 0 : 2,
      ...(task.confirmedAt === undefined ? {} : { send_time: task.confirmedAt }),
    })),
    next_cursor,
  };
}

/** Page 93338. Groups that nothing was sent to are not listed. */
export function getMassSendResult(call: Call): Answer {
  const send = dispatchedSend(call);
  const task = send.tasks.find(({ userId }) => isListed([userId], call.params.text('userid')));
  const group = send.chatType === 'group';
  const walk = `get_groupmsg_send_result ${send.msgId} ${task?.userId}`;
  const { items, next_cursor } = pageOf(call, walk, pageLimit(call, 500, 1000), (after) =>
    (task?.targets ?? [])
      .map((target, index) => ({ position: index + 1, target }))
      .filter(({ position, target }) => position > after && !(group && target.status === 0)),
  );
  return {
    send_list: items.map(({ target }) => ({
      [group ? 'chat_id' : 'external_userid']: target.id,
      userid: task?.userId,
      status: target.status,
      ...(target.sentAt === undefined ? {} : { send_time: target.sentAt }),
    })),
    next_cursor,
  };
}

/** Right after its creation the tasks are still being handed out (41063). */
function dispatchedSend(call: Call): MassSend {
  const send = openSend(call);
  const readyAt = send.createdAt * 1000 + call.host.switches.massSendDispatchMs;
  if (!send.creator && call.host.nowMs() < readyAt) throw new WecomError(41063);
  return send;
}

function listItem(send: MassSend) {
  return {
    msgid: send.msgId,
    ...(send.creator ? { creator: send.creator } : {}),
    create_time: send.createdAt,
    create_type: send.creator ? 1 : 0,
    ...send.content,
  };
}
