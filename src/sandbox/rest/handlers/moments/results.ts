import type { Moment, MomentTask } from '../../../moments/moment-book.js';
import type { Answer, Call } from '../../endpoint.js';
import { pageLimit, pageOf } from '../../paging.js';
import { isListed } from '../../visible-range.js';
import { WecomError } from '../../wecom-error.js';

const RANGE_S = 30 * 86_400;

/** Page 93333; both ends of the range are exclusive. */
export function listMoments(call: Call): Answer {
  const { corp, host, params } = call;
  const start = params.integer('start_time') ?? 0;
  const end = params.integer('end_time') ?? 0;
  if (end < start || end - start > RANGE_S) throw new WecomError(40058);
  const filter = params.integer('filter_type') ?? 2;
  const creator = params.text('creator');
  const fits = ({ moment }: { moment: Moment }) =>
    moment.createdAt > start &&
    moment.createdAt < end &&
    (filter === 2 || filter === (moment.creator ? 1 : 0)) &&
    (!creator || isListed([creator], moment.creator ?? ''));
  const walk = `get_moment_list ${corp.corpId} ${start} ${end} ${filter} ${creator}`;
  const { items, next_cursor } = pageOf(call, walk, pageLimit(call, 20, 20), (after) =>
    host.moments.ofCorp(corp.corpId, after).filter(fits),
  );
  return { moment_list: items.map(({ moment }) => listItem(moment)), next_cursor };
}

/** Page 93333: who was asked to publish, and whether he did. */
export function getMomentTasks(call: Call): Answer {
  const moment = momentOf(call);
  if (moment.creator) throw new WecomError(41067);
  const walk = `get_moment_task ${moment.momentId}`;
  const { items, next_cursor } = pageOf(call, walk, pageLimit(call, 500, 1000), (after) =>
    moment.tasks.map((task, index) => ({ position: index + 1, task })).slice(after),
  );
  return {
    task_list: items.map(({ task }) => ({
      userid: task.userId,
      publish_status: task.publishedAt === undefined ? 0 : 1,
    })),
    next_cursor,
  };
}

/** Page 93333: the range that was chosen. */
export function getMomentCustomers(call: Call): Answer {
  const { moment, task } = publishedTask(call);
  const { items, next_cursor } = customersPage(call, moment, task, pageLimit(call, 500, 1000));
  return {
    customer_list: items.map(({ externalUserId }) => ({
      userid: task.userId,
      external_userid: externalUserId,
    })),
    next_cursor,
  };
}

/** Page 93333: those who can see it. */
export function getMomentSendResult(call: Call): Answer {
  const { moment, task } = publishedTask(call);
  const { items, next_cursor } = customersPage(call, moment, task, pageLimit(call, 3000, 5000));
  return {
    customer_list: items.map(({ externalUserId }) => ({ external_userid: externalUserId })),
    next_cursor,
  };
}

/** Page 93333. */
export function getMomentComments(call: Call): Answer {
  const { task } = publishedTask(call);
  const listOf = (kind: 'comment' | 'like') =>
    task.reactions
      .filter((reaction) => reaction.kind === kind)
      .map(({ externalUserId, at }) => ({ external_userid: externalUserId, create_time: at }));
  return { comment_list: listOf('comment'), like_list: listOf('like') };
}

/** The position is that of the relation; customers are looked up when asked for, there may be very many. */
function customersPage(call: Call, moment: Moment, task: MomentTask, limit: number) {
  const walk = `moment customers ${call.params.text('moment_id')} ${task.userId} ${limit}`;
  return pageOf(call, walk, limit, (after) =>
    call.corp.customers.ofStaff(task.userId, after).flatMap(({ seq, customer }) => {
      const tags = customer.follows.find((follow) => follow.seq === seq)?.tagIds ?? [];
      const chosen = moment.tagIds.length === 0 || tags.some((tagId) => moment.tagIds.includes(tagId));
      return chosen ? [{ position: seq, externalUserId: customer.id }] : [];
    }),
  );
}

function momentOf(call: Call): Moment {
  const moment = call.host.moments.find(call.corp.corpId, call.params.text('moment_id'));
  if (!moment) throw new WecomError(41060);
  return moment;
}

function publishedTask(call: Call): { moment: Moment; task: MomentTask } {
  const moment = momentOf(call);
  const task = moment.tasks.find(({ userId }) => isListed([userId], call.params.text('userid')));
  if (!task) throw new WecomError(41061);
  if (task.publishedAt === undefined) throw new WecomError(41062);
  return { moment, task };
}

function listItem(moment: Moment) {
  return {
    moment_id: moment.momentId,
    ...(moment.creator ? { creator: moment.creator } : {}),
    create_time: moment.createdAt,
    create_type: moment.creator ? 1 : 0,
    visible_type: moment.tagIds.length > 0 ? 0 : 1,
    ...moment.content,
  };
}
