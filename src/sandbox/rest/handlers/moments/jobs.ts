import type { Answer, Call } from '../../endpoint.js';
import { isObject, type Json } from '../../field-rules.js';
import { WecomError } from '../../wecom-error.js';
import { sendersFor } from './senders.js';

const IMAGES_MAX = 9;

/** Page 95094: a job; the moment exists when it is done, and members still have to publish it. */
export function addMomentTask(call: Call): Answer {
  const { params, corp, host } = call;
  const kind = checkAttachments(call);
  if (host.moments.madeThisMonth(corp.corpId) >= host.switches.momentsPerMonth) throw new WecomError(41210);
  const { userIds, invalid, tagIds, errcode } = sendersFor(call);
  const { text } = params.body;
  const { jobId } = host.moments.add({
    corpId: corp.corpId,
    tagIds,
    content: { ...(text ? { text } : {}), ...contentOf(kind, params.objects('attachments')) },
    tasks: userIds.map((userId) => ({ userId, reactions: [] })),
    errcode,
    invalid,
  });
  return { jobid: jobId };
}

/** Page 95094: 1 started, 2 running, 3 done with the result of the creation. */
export function getMomentTaskResult(call: Call): Answer {
  const { moments } = call.host;
  const moment = moments.job(call.corp.corpId, call.params.text('jobid'));
  if (!moment) throw new WecomError(40088);
  if (moment === 'expired') throw new WecomError(40089);
  const status = moments.jobStatus(moment);
  if (status !== 3) return { status, type: 'add_moment_task' };
  const { errcode, momentId, invalid } = moment;
  return {
    status,
    type: 'add_moment_task',
    result: {
      errcode,
      errmsg: errcode === 0 ? 'ok' : new WecomError(errcode).message,
      ...(errcode === 0 ? { moment_id: momentId } : {}),
      invalid_sender_list: { user_list: invalid.userIds, department_list: invalid.departmentIds },
      invalid_external_contact_list: { tag_list: invalid.tagIds },
    },
  };
}

/** Page 97612: members who have not published yet no longer can. */
export function cancelMomentTask(call: Call): Answer {
  const moment = call.host.moments.find(call.corp.corpId, call.params.text('moment_id'));
  if (!moment) throw new WecomError(41060);
  if (moment.creator) throw new WecomError(41067);
  moment.cancelled = true;
  return {};
}

/** One kind only: up to 9 images, one video or one link, with media of upload_attachment for moments. */
function checkAttachments(call: Call): string | undefined {
  const attachments = call.params.objects('attachments');
  const kinds = new Set(attachments.map((item) => String(item['msgtype'])));
  const [kind] = kinds;
  if (kinds.size > 1) throw new WecomError(40058, 'invalid attachments msgtype');
  if (attachments.length > (kind === 'image' ? IMAGES_MAX : 1))
    throw new WecomError(40058, 'invalid attachments size');
  for (const item of attachments) {
    const mediaId = contentAt(item, kind ?? '')['media_id'];
    if (typeof mediaId !== 'string' || mediaId === '') throw new WecomError(40058, 'invalid msg');
    const type = kind === 'link' ? 'image' : (kind ?? '');
    call.host.media.get({ owner: call.corp.corpId, space: 'moment', type, mediaId });
  }
  return kind;
}

/** As get_moment_list shows it: images as a list, one video or link as an object. */
function contentOf(kind: string | undefined, attachments: Json[]): Json {
  const contents = attachments.map((item) => contentAt(item, kind ?? ''));
  const [first = {}] = contents;
  if (kind === 'image') return { image: contents.map(({ media_id }) => ({ media_id })) };
  if (kind === 'video') return { video: { media_id: first['media_id'], thumb_media_id: '' } };
  if (kind === 'link') return { link: { title: first['title'], url: first['url'] } };
  return {};
}

function contentAt(item: Json, kind: string): Json {
  const content = item[kind];
  return isObject(content) ? content : {};
}
