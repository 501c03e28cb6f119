import type { Endpoint } from '../endpoint.js';
import { flag, integer, object, objects, text, texts } from '../field-rules.js';
import { addMassSend, cancelMassSend, remindMassSend } from '../handlers/mass-sends/life-cycle.js';
import { getMassSendResult, getMassSendTasks, listMassSends } from '../handlers/mass-sends/results.js';
import { contentFields, cursor, unboundedLimit, userId } from './fields.js';

const CHAT_TYPES = /^(single|group)$/;
const msgId = text('msgid', { required: 41046 });

/** 企业群发 (customer-contact.md sections 7.3 to 7.5). */
export const MASS_SEND_ENDPOINTS: Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/add_msg_template',
    page: 92135,
    token: 'contact',
    fields: [
      text('chat_type', { pattern: CHAT_TYPES }),
      texts('external_userid', { maxItems: 10_000 }),
      texts('chat_id_list', { maxItems: 2000 }),
      object('tag_filter'),
      objects('tag_filter.group_list'),
      texts('tag_filter.group_list[].tag_list', { maxItems: 100 }),
      text('sender'),
      flag('allow_select'),
      ...contentFields,
    ],
    oneOf: { fields: ['text.content', 'attachments'], code: 40063 },
    empty: { fail_list: [] },
    answer: addMassSend,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/remind_groupmsg_send',
    page: 97610,
    token: 'contact',
    fields: [msgId],
    answer: remindMassSend,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/cancel_groupmsg_send',
    page: 97611,
    token: 'contact',
    fields: [msgId],
    answer: cancelMassSend,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/get_groupmsg_list_v2',
    page: 93338,
    token: 'contact',
    fields: [
      text('chat_type', { required: true, pattern: CHAT_TYPES }),
      integer('start_time', { required: true }),
      integer('end_time', { required: true }),
      text('creator'),
      integer('filter_type', { min: 0, max: 2 }),
      unboundedLimit,
      cursor,
    ],
    empty: { group_msg_list: [] },
    answer: listMassSends,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/get_groupmsg_task',
    page: 93338,
    token: 'contact',
    fields: [msgId, unboundedLimit, cursor],
    empty: { task_list: [] },
    answer: getMassSendTasks,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/get_groupmsg_send_result',
    page: 93338,
    token: 'contact',
    fields: [msgId, userId(true), unboundedLimit, cursor],
    empty: { send_list: [] },
    answer: getMassSendResult,
  },
];
