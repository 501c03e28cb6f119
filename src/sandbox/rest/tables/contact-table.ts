import type { Endpoint } from '../endpoint.js';
import { integer, object, objects, text, texts } from '../field-rules.js';
import * as contacts from '../handlers/contacts.js';
import * as corpTags from '../handlers/corp-tags.js';
import * as groupChats from '../handlers/group-chats.js';
import { cursor, externalUserId, ORDER, userId } from './fields.js';

export const CONTACT_ENDPOINTS: Endpoint[] = [
  {
    method: 'GET',
    path: '/cgi-bin/externalcontact/get_follow_user_list',
    page: 92571,
    token: 'contact',
    fields: [],
    empty: { follow_user: [] },
    answer: contacts.listFollowUsers,
  },
  {
    method: 'GET',
    path: '/cgi-bin/externalcontact/list',
    page: 92113,
    token: 'contact',
    fields: [userId(60111)],
    empty: { external_userid: [] },
    answer: contacts.listCustomers,
  },
  {
    method: 'GET',
    path: '/cgi-bin/externalcontact/get',
    page: 92114,
    token: 'contact',
    fields: [externalUserId, cursor],
    empty: { follow_user: [] },
    answer: contacts.getCustomer,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/batch/get_by_user',
    page: 92994,
    token: 'contact',
    fields: [texts('userid_list', { required: true, maxItems: 100 }), cursor, integer('limit')],
    empty: { external_contact_list: [] },
    answer: contacts.batchGetByUser,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/remark',
    page: 92115,
    token: 'contact',
    fields: [
      userId(true),
      externalUserId,
      text('remark', { maxChars: 20 }),
      text('description', { maxChars: 150 }),
      text('remark_company', { maxChars: 20 }),
      // "" and [""] both clear it (unconfirmed which one page 92115 means), so any shape passes here.
      { name: 'remark_mobiles', type: 'anything' },
      text('remark_pic_mediaid'),
    ],
    oneOf: {
      fields: ['remark', 'description', 'remark_company', 'remark_mobiles', 'remark_pic_mediaid'],
      code: 40063,
      emptyCounts: true,
    },
    answer: contacts.remarkCustomer,
  },
];

export const CORP_TAG_ENDPOINTS: Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/get_corp_tag_list',
    page: 92117,
    token: 'contact',
    fields: [texts('tag_id'), texts('group_id')],
    empty: { tag_group: [] },
    answer: corpTags.getCorpTagList,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/add_corp_tag',
    page: 92117,
    token: 'contact',
    fields: [
      text('group_id'),
      text('group_name', { maxChars: 30, code: 40072 }),
      integer('order', ORDER),
      objects('tag', { required: 41111, maxItems: 1000, code: 41111 }),
      text('tag[].name', { required: 41018, maxChars: 30, code: 40072 }),
      integer('tag[].order', ORDER),
    ],
    oneOf: { fields: ['group_id', 'group_name'], code: 40063 },
    answer: corpTags.addCorpTag,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/edit_corp_tag',
    page: 92117,
    token: 'contact',
    fields: [
      text('id', { required: 41017 }),
      text('name', { maxChars: 30, code: 40072 }),
      integer('order', ORDER),
    ],
    answer: corpTags.editCorpTag,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/del_corp_tag',
    page: 92117,
    token: 'contact',
    fields: [texts('tag_id'), texts('group_id')],
    oneOf: { fields: ['tag_id', 'group_id'], code: 41017 },
    answer: corpTags.delCorpTag,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/mark_tag',
    page: 92118,
    token: 'contact',
    fields: [userId(true), externalUserId, texts('add_tag'), texts('remove_tag')],
    oneOf: { fields: ['add_tag', 'remove_tag'], code: 41017 },
    exclusive: { fields: ['userid', 'external_userid'], code: 45035 },
    answer: corpTags.markTag,
  },
];

export const GROUP_CHAT_ENDPOINTS: Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/groupchat/list',
    page: 92120,
    token: 'contact',
    fields: [
      integer('status_filter', { min: 0, max: 3 }),
      object('owner_filter'),
      texts('owner_filter.userid_list', { maxItems: 100 }),
      cursor,
      integer('limit', { required: true, min: 1, max: 1000 }),
    ],
    empty: { group_chat_list: [] },
    answer: groupChats.listGroupChats,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/groupchat/get',
    page: 92122,
    token: 'contact',
    fields: [text('chat_id', { required: true }), integer('need_name', { min: 0, max: 1 })],
    answer: groupChats.getGroupChat,
  },
];
