import type { Endpoint } from '../endpoint.js';
import { integer, text, texts, type FieldRule } from '../field-rules.js';
import * as customers from '../handlers/transfers/customers.js';
import * as groupChats from '../handlers/transfers/group-chats.js';
import { listUnassigned } from '../handlers/transfers/unassigned.js';
import { cursor } from './fields.js';

const parties: FieldRule[] = [
  text('handover_userid', { required: true }),
  text('takeover_userid', { required: true }),
];
const externalUserIds = texts('external_userid', { required: 41035, maxItems: 100 });
const groups: FieldRule[] = [
  texts('chat_id_list', { required: true, maxItems: 100 }),
  text('new_owner', { required: true }),
];

/** 客户继承 (customer-contact.md section 8). */
export const TRANSFER_ENDPOINTS: Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/transfer_customer',
    page: 92125,
    token: 'contact',
    fields: [...parties, externalUserIds, text('transfer_success_msg', { maxChars: 200 })],
    empty: { customer: [] },
    answer: customers.transferCustomers,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/transfer_result',
    page: 94088,
    token: 'contact',
    fields: [...parties, cursor],
    empty: { customer: [] },
    answer: customers.getTransferResult,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/get_unassigned_list',
    page: 92124,
    token: 'contact',
    fields: [cursor, integer('page_size', { min: 1, max: 1000 })],
    empty: { info: [] },
    answer: listUnassigned,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/resigned/transfer_customer',
    page: 94081,
    token: 'contact',
    fields: [...parties, externalUserIds],
    empty: { customer: [] },
    answer: customers.transferResignedCustomers,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/resigned/transfer_result',
    page: 94082,
    token: 'contact',
    fields: [...parties, cursor],
    empty: { customer: [] },
    answer: customers.getResignedTransferResult,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/groupchat/transfer',
    page: 92127,
    token: 'contact',
    fields: groups,
    empty: { failed_chat_list: [] },
    answer: groupChats.transferGroupsOfResigned,
  },
  {
    method: 'POST',
    path: '/cgi-bin/externalcontact/groupchat/onjob_transfer',
    page: 95703,
    token: 'contact',
    fields: groups,
    empty: { failed_chat_list: [] },
    answer: groupChats.transferGroupsOnJob,
  },
];
