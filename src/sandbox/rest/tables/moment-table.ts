import type { Endpoint } from '../endpoint.js';
import { integer, object, objects, text, texts } from '../field-rules.js';
import { addMomentTask, cancelMomentTask, getMomentTaskResult } from '../handlers/moments/jobs.js';
import * as results from '../handlers/moments/results.js';
import { cursor, unboundedLimit, userId } from './fields.js';

const KINDS = /^(image|video|link)$/;
const MINUTES_A_DAY = 1440;
const momentId = text('moment_id', { required: 41059 });

/** 客户朋友圈 (customer-contact.md section 7.6). */
export const MOMENT_ENDPOINTS: Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/add_moment_task',
    page: 95094,
    token: 'contact',
    quotas: [{ days: 1 / MINUTES_A_DAY, max: 10 }],
    fields: [
      object('text'),
      text('text.content', { maxChars: 2000 }),
      objects('attachments', { maxItems: 9 }),
      text('attachments[].msgtype', { required: 40058, pattern: KINDS }),
      text('attachments[].link.title', { maxChars: 64 }),
      text('attachments[].link.url', { required: true }),
      text('attachments[].link.media_id', { required: true }),
      object('visible_range'),
      object('visible_range.sender_list'),
      texts('visible_range.sender_list.user_list', { maxItems: 100_000 }),
      { name: 'visible_range.sender_list.department_list', type: 'anything' },
      object('visible_range.external_contact_list'),
      texts('visible_range.external_contact_list.tag_list'),
    ],
    oneOf: { fields: ['text.content', 'attachments'], code: 41089 },
    answer: addMomentTask,
  },
  {
    method: 'GET',
    path: '/cgi-bin/externalcontact/get_moment_task_result',
    page: 95094,
    token: 'contact',
    fields: [text('jobid', { required: true, maxBytes: 64 })],
    answer: getMomentTaskResult,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/cancel_moment_task',
    page: 97612,
    token: 'contact',
    fields: [momentId],
    answer: cancelMomentTask,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/get_moment_list',
    page: 93333,
    token: 'contact',
    fields: [
      integer('start_time', { required: true }),
      integer('end_time', { required: true }),
      text('creator'),
      integer('filter_type', { min: 0, max: 2 }),
      unboundedLimit,
      cursor,
    ],
    empty: { moment_list: [] },
    answer: results.listMoments,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/get_moment_task',
    page: 93333,
    token: 'contact',
    fields: [momentId, unboundedLimit, cursor],
    empty: { task_list: [] },
    answer: results.getMomentTasks,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/get_moment_customer_list',
    page: 93333,
    token: 'contact',
    fields: [momentId, userId(true), unboundedLimit, cursor],
    empty: { customer_list: [] },
    answer: results.getMomentCustomers,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/get_moment_send_result',
    page: 93333,
    token: 'contact',
    fields: [momentId, userId(true), unboundedLimit, cursor],
    empty: { customer_list: [] },
    answer: results.getMomentSendResult,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/get_moment_comments',
    page: 93333,
    token: 'contact',
    fields: [momentId, userId(true)],
    empty: { comment_list: [], like_list: [] },
    answer: results.getMomentComments,
  },
];
