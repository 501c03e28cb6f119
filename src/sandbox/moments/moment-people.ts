import type { EventHost } from '../control/event-host.js';
import type { SandboxPeople } from '../sandbox.types.js';
import type { Moment, MomentTask } from './moment-book.js';

type MomentPeople = Pick<SandboxPeople, 'publishMoment' | 'reactToMoment' | 'postOwnMoment' | 'deleteMoment'>;

/** What members and customers do with moments. No callback exists for any of it (callbacks.md section 4). */
export function momentPeople(host: EventHost): MomentPeople {
  return {
    publishMoment: (o) => {
      const { moment, task } = taskOf(host, o);
      if (moment.cancelled) throw new Error('the moment was cancelled');
      if (task.publishedAt !== undefined) throw new Error(`${o.userId} has published it already`);
      task.publishedAt = host.nowS();
    },
    reactToMoment: (o) => {
      const { task } = taskOf(host, o);
      if (task.publishedAt === undefined) throw new Error(`${o.userId} has not published it yet`);
      task.reactions.push({ externalUserId: o.externalUserId, kind: o.kind, at: host.nowS() });
    },
    postOwnMoment: (o) => {
      const corp = host.world.get(o.corpId);
      const { userId } = corp.getStaff(o.userId);
      const moment = host.moments.add({
        corpId: corp.corpId,
        creator: userId,
        tagIds: [],
        content: { text: { content: o.text } },
        tasks: [{ userId, publishedAt: host.nowS(), reactions: [] }],
        errcode: 0,
        invalid: { userIds: [], departmentIds: [], tagIds: [] },
      });
      return { momentId: moment.momentId };
    },
    deleteMoment: (o) => {
      momentOf(host, o).deleted = true;
    },
  };
}

function momentOf(host: EventHost, o: { corpId?: string; momentId: string }): Moment {
  const moment = host.moments.find(host.world.get(o.corpId).corpId, o.momentId);
  if (!moment) throw new Error(`no such moment: ${o.momentId}`);
  return moment;
}

function taskOf(
  host: EventHost,
  o: { corpId?: string; momentId: string; userId: string },
): { moment: Moment; task: MomentTask } {
  const moment = momentOf(host, o);
  const task = moment.tasks.find(({ userId }) => userId.toLowerCase() === o.userId.toLowerCase());
  if (!task) throw new Error(`${o.userId} is not asked to publish this moment`);
  return { moment, task };
}
