import type { Endpoint } from '../endpoint.js';
import { integer, objects, text, type FieldRule } from '../field-rules.js';
import * as media from '../handlers/media.js';
import * as messages from '../handlers/messages.js';
import { sendByRobot, uploadByRobot } from '../handlers/robots.js';
import { uploadAttachment } from '../handlers/upload-attachment.js';
import { sendWelcomeMessage } from '../handlers/welcome.js';
import { contentFields } from './fields.js';

const MESSAGE_KINDS =
  /^(text|image|voice|video|file|textcard|news|mpnews|markdown|miniprogram_notice|template_card)$/;
const ROBOT_MESSAGE_KINDS = /^(text|markdown|markdown_v2|image|news|file|voice|template_card)$/;

export const MESSAGE_ENDPOINTS: Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/send_welcome_msg',
    page: 92137,
    token: 'contact',
    fields: [text('welcome_code', { required: 41049 }), ...contentFields],
    oneOf: { fields: ['text.content', 'attachments'], code: 40063 },
    exclusive: { fields: ['welcome_code'], code: 41096 },
    answer: sendWelcomeMessage,
  },
  {
    method: 'POST',
    path: '/cgi-bin/message/send',
    page: 90236,
    token: 'app',
    outsideBaseLimits: true,
    fields: [
      // At most 1000 members and 100 each of departments and tags, joined by |.
      text('touser', { pattern: /^[^|]*(\|[^|]*){0,999}$/, code: 40032 }),
      text('toparty', { pattern: /^[^|]*(\|[^|]*){0,99}$/, code: 82002 }),
      text('totag', { pattern: /^[^|]*(\|[^|]*){0,99}$/, code: 82003 }),
      text('msgtype', { required: 40008, pattern: MESSAGE_KINDS, code: 40008 }),
      integer('agentid', { required: 41011, min: 1, code: 40056 }),
      integer('safe', { min: 0, max: 2 }),
      integer('enable_id_trans', { min: 0, max: 1 }),
      integer('enable_duplicate_check', { min: 0, max: 1 }),
      integer('duplicate_check_interval', { min: 1, max: 14_400 }),
      ...messageFields(),
    ],
    oneOf: { fields: ['touser', 'toparty', 'totag'], code: 82001 },
    answer: messages.sendMessage,
  },
  {
    method: 'POST',
    path: '/cgi-bin/message/recall',
    page: 94867,
    token: 'app',
    fields: [text('msgid', { required: true })],
    answer: messages.recallMessage,
  },
];

export const MEDIA_ENDPOINTS: Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/media/upload',
    page: 90253,
    token: 'app',
    multipart: true,
    fields: [text('type', { required: 40004, pattern: /^(image|voice|video|file)$/, code: 40004 })],
    answer: media.uploadMedia,
  },
  {
    method: 'GET',
    path: '/cgi-bin/media/get',
    page: 90254,
    token: 'app',
    fields: [text('media_id', { required: 40007 })],
    answer: media.getMedia,
  },
  {
    method: 'POST',
    path: '/cgi-bin/media/uploadimg',
    page: 90256,
    token: 'app',
    multipart: true,
    quotas: [
      { days: 1, max: 1000 },
      { days: 30, max: 3000 },
    ],
    fields: [],
    answer: media.uploadImage,
  },
  {
    method: 'POST',
    path: '/cgi-bin/media/upload_attachment',
    page: 95098,
    token: 'contact',
    multipart: true,
    fields: [
      text('media_type', { required: 40004, pattern: /^(image|video|file)$/, code: 40004 }),
      integer('attachment_type', { required: true, min: 1, max: 2 }),
    ],
    answer: uploadAttachment,
  },
];

/** Group robots: the key in the query is their only credential (page 91770). */
export const ROBOT_ENDPOINTS: Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/webhook/send',
    page: 91770,
    token: 'none',
    fields: [
      text('msgtype', { required: 40008, pattern: ROBOT_MESSAGE_KINDS, code: 40008 }),
      text('text.content', { required: 44004, maxBytes: 2048, code: 45002 }),
      text('markdown.content', { required: 44004, maxBytes: 4096, code: 45002 }),
      text('markdown_v2.content', { required: 44004, maxBytes: 4096, code: 45002 }),
      objects('news.articles', { required: true, maxItems: 8, code: 45008 }),
      text('news.articles[].title', { required: true }),
      text('news.articles[].url', { required: true }),
    ],
    answer: sendByRobot,
  },
  {
    method: 'POST',
    path: '/cgi-bin/webhook/upload_media',
    page: 91770,
    token: 'none',
    multipart: true,
    fields: [text('type', { required: 40004, pattern: /^(voice|file)$/, code: 40004 })],
    answer: uploadByRobot,
  },
];

/** Bounds of the content objects; overlong titles and texts are cut by WeCom, not refused (page 90236). */
function messageFields(): FieldRule[] {
  return [
    text('text.content', { required: 44004 }),
    objects('news.articles', { required: true, maxItems: 8, code: 45008 }),
    text('news.articles[].title', { required: true }),
    objects('mpnews.articles', { required: true, maxItems: 8, code: 45008 }),
    text('mpnews.articles[].title', { required: true }),
    text('mpnews.articles[].thumb_media_id', { required: true }),
    text('mpnews.articles[].content', { required: true }),
    text('textcard.title', { required: true }),
    text('textcard.description', { required: true }),
    text('textcard.url', { required: true, maxBytes: 2048 }),
    text('textcard.btntxt', { maxChars: 4 }),
    text('miniprogram_notice.appid', { required: true }),
    text('miniprogram_notice.title', { required: true }),
    objects('miniprogram_notice.content_item', { maxItems: 10 }),
    objects('template_card.horizontal_content_list', { maxItems: 6, code: 42035 }),
    objects('template_card.select_list', { maxItems: 3, code: 42047 }),
  ];
}
