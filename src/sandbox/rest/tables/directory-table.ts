import type { Endpoint } from '../endpoint.js';
import { integer, text } from '../field-rules.js';
import * as directory from '../handlers/directory.js';
import { cursor, userId } from './fields.js';

export const ACCESS_ENDPOINTS: Endpoint[] = [
  {
    method: 'GET',
    path: '/cgi-bin/gettoken',
    page: 91039,
    token: 'none',
    fields: [text('corpsecret', { required: 41004 }), text('corpid', { required: 41002 })],
    answer: ({ host, params, ip }) => ({
      ...host.tokens.issue(params.text('corpid'), params.text('corpsecret'), ip),
    }),
  },
  {
    method: 'GET',
    path: '/cgi-bin/getcallbackip',
    page: 92521,
    token: 'any',
    fields: [],
    empty: { ip_list: [] },
    // The official example shows both forms.
    answer: () => ({ ip_list: ['127.0.0.1', '101.226.103.*'] }),
  },
  {
    method: 'GET',
    path: '/cgi-bin/get_api_domain_ip',
    page: 92520,
    token: 'any',
    fields: [],
    empty: { ip_list: [] },
    answer: () => ({ ip_list: ['127.0.0.1'] }),
  },
];

export const DIRECTORY_ENDPOINTS: Endpoint[] = [
  {
    method: 'GET',
    path: '/cgi-bin/user/get',
    page: 90196,
    token: 'directory',
    fields: [userId(true)],
    answer: directory.getUser,
  },
  {
    method: 'GET',
    path: '/cgi-bin/user/simplelist',
    page: 90200,
    token: 'directory',
    fields: [integer('department_id', { required: true, min: 1, code: 60123 })],
    empty: { userlist: [] },
    answer: (call) => directory.listUsers(call, false),
  },
  {
    method: 'GET',
    path: '/cgi-bin/user/list',
    page: 90201,
    token: 'directory',
    fields: [integer('department_id', { required: true, min: 1, code: 60123 })],
    empty: { userlist: [] },
    answer: (call) => directory.listUsers(call, true),
  },
  {
    method: 'POST',
    path: '/cgi-bin/user/list_id',
    page: 96067,
    token: 'assistant',
    fields: [cursor, integer('limit', { min: 1, max: 10_000 })],
    empty: { dept_user: [] },
    answer: directory.listUserIds,
  },
  {
    method: 'GET',
    path: '/cgi-bin/department/simplelist',
    page: 95350,
    token: 'any',
    fields: [integer('id', { min: 1, code: 60123 })],
    empty: { department_id: [] },
    answer: (call) => directory.listDepartments(call, false),
  },
  {
    method: 'GET',
    path: '/cgi-bin/department/list',
    page: 90208,
    token: 'directory',
    fields: [integer('id', { min: 1, code: 60123 })],
    empty: { department: [] },
    answer: (call) => directory.listDepartments(call, true),
  },
  {
    method: 'GET',
    path: '/cgi-bin/department/get',
    page: 95351,
    token: 'directory',
    fields: [integer('id', { required: true, min: 1, code: 60123 })],
    answer: directory.getDepartment,
  },
];
