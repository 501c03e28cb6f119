import type { Endpoint } from '../endpoint.js';
import { integer, text, type FieldRule } from '../field-rules.js';
import { listKfAccounts, listServicers } from '../handlers/kf/accounts.js';
import { sendKfMessage, sendKfMessageOnEvent } from '../handlers/kf/send.js';
import { changeServiceState, getServiceState } from '../handlers/kf/sessions.js';
import { syncMessages } from '../handlers/kf/sync.js';
import { externalUserId } from './fields.js';

const KINDS = /^(text|image|voice|video|file|link|miniprogram|msgmenu|location|ca_link)$/;
const OWN_ID = /^[0-9a-zA-Z_-]{1,32}$/;
const openKfId = text('open_kfid', { required: 60251, maxBytes: 64 });

function content(kinds: RegExp): FieldRule[] {
  return [
    text('msgid', { pattern: OWN_ID }),
    text('msgtype', { required: 40008, pattern: kinds, code: 40008 }),
    text('text.content', { required: 44004, maxBytes: 2048, code: 45002 }),
    text('msgmenu.head_content', { maxBytes: 1024 }),
    text('msgmenu.tail_content', { maxBytes: 1024 }),
  ];
}

/** 微信客服 (messaging-and-media.md section 5). */
export const KF_ENDPOINTS: Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/kf/account/list',
    page: 94661,
    token: 'app',
    fields: [integer('offset', { min: 0 }), integer('limit', { min: 1, max: 100 })],
    empty: { account_list: [] },
    answer: listKfAccounts,
  },
  {
    method: 'GET',
    path: '/cgi-bin/kf/servicer/list',
    page: 94645,
    token: 'app',
    fields: [openKfId],
    empty: { servicer_list: [] },
    answer: listServicers,
  },
  {
    method: 'POST',
    path: '/cgi-bin/kf/service_state/get',
    page: 94669,
    token: 'app',
    fields: [openKfId, externalUserId],
    answer: getServiceState,
  },
  {
    method: 'POST',
    path: '/cgi-bin/kf/service_state/trans',
    page: 94669,
    token: 'app',
    fields: [
      openKfId,
      externalUserId,
      integer('service_state', { required: true, min: 0, max: 4 }),
      text('servicer_userid'),
    ],
    answer: changeServiceState,
  },
  {
    method: 'POST',
    path: '/cgi-bin/kf/sync_msg',
    page: 94670,
    token: 'app',
    fields: [
      openKfId,
      text('cursor', { maxBytes: 64, code: 50100 }),
      text('token', { maxBytes: 128 }),
      integer('limit', { min: 1 }),
      integer('voice_format', { min: 0, max: 1 }),
    ],
    empty: { msg_list: [] },
    answer: syncMessages,
  },
  {
    method: 'POST',
    path: '/cgi-bin/kf/send_msg',
    page: 94677,
    token: 'app',
    fields: [
      text('touser', { required: 41035 }),
      openKfId,
      ...content(KINDS),
      text('link.title', { required: true, maxBytes: 128 }),
      text('link.desc', { maxBytes: 512 }),
      text('link.url', { required: true, maxBytes: 2048 }),
      text('miniprogram.title', { maxBytes: 64 }),
      text('miniprogram.appid', { required: true }),
    ],
    answer: sendKfMessage,
  },
  {
    method: 'POST',
    path: '/cgi-bin/kf/send_msg_on_event',
    page: 95122,
    token: 'app',
    fields: [text('code', { required: 95007 }), ...content(/^(text|msgmenu)$/)],
    answer: sendKfMessageOnEvent,
  },
];
