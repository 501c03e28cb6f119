/** An endpoint of WeCom's server API that we call, and what the client has to know about it. */
export interface WecomEndpoint {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Whose token it takes; `none` for gettoken itself. */
  readonly app: 'self_built' | 'directory_assistant' | 'none';
  /** False when a repeated call may take effect twice: such a call is never repeated without an answer. */
  readonly idempotent: boolean;
  /** Files take longer than 10 s. */
  readonly media?: true;
  /** Answers with bytes, and with JSON only when it refuses. */
  readonly binary?: true;
  /** With whom it shares a circuit; default the first part of its name. */
  readonly family?: string;
  /** Parallel calls by one corp, other than the usual 10. */
  readonly inFlightMax?: number;
  /** Below the general limits of page 90454. */
  readonly limits?: { readonly perMinute: number; readonly perHour: number };
  /**
   * Of WeCom's day and month, where it has such. `message/send` has one a day too (page 90236), 200 times the corp's limit
   * of accounts, which no API tells; nothing in this system sends such messages yet.
   */
  readonly longLimits?: { readonly perDay: number; readonly perMonth: number };
}

type Traits = Partial<
  Pick<
    WecomEndpoint,
    'app' | 'idempotent' | 'media' | 'binary' | 'family' | 'inFlightMax' | 'limits' | 'longLimits'
  >
>;

function get<const N extends string>(name: N, traits: Traits = {}): WecomEndpoint & { name: N } {
  return { name, method: 'GET', path: `/cgi-bin/${name}`, app: 'self_built', idempotent: true, ...traits };
}

function post<const N extends string>(name: N, traits: Traits = {}): WecomEndpoint & { name: N } {
  return { name, method: 'POST', path: `/cgi-bin/${name}`, app: 'self_built', idempotent: true, ...traits };
}

const once = { idempotent: false } as const;
const assistant = { app: 'directory_assistant' } as const;

/** Every endpoint that we call; a contract test compares it with those that the sandbox answers. */
export const wecomApi = {
  // 91039 publishes no limit, only that frequent calls are refused; one every two seconds is far above our need.
  getToken: get('gettoken', { app: 'none', limits: { perMinute: 30, perHour: 600 } }),

  getStaff: get('user/get'),
  listStaffIds: post('user/list_id', assistant),
  listDepartments: get('department/list'),
  getDepartment: get('department/get'),
  listDepartmentIds: get('department/simplelist', assistant),

  listFollowUsers: get('externalcontact/get_follow_user_list'),
  listExternalUserIds: get('externalcontact/list'),
  getContact: get('externalcontact/get'),
  listContactsByStaff: post('externalcontact/batch/get_by_user'),
  changeRemark: post('externalcontact/remark'),

  listCorpTags: post('externalcontact/get_corp_tag_list'),
  addCorpTags: post('externalcontact/add_corp_tag', once),
  editCorpTag: post('externalcontact/edit_corp_tag'),
  deleteCorpTags: post('externalcontact/del_corp_tag'),
  markCorpTags: post('externalcontact/mark_tag'),

  listGroupChats: post('externalcontact/groupchat/list'),
  getGroupChat: post('externalcontact/groupchat/get'),

  // A repeated call finds the customer in a transfer already, and a group that changed hands counts twice.
  transferCustomers: post('externalcontact/transfer_customer', once),
  getTransferResult: post('externalcontact/transfer_result'),
  transferResignedCustomers: post('externalcontact/resigned/transfer_customer', once),
  getResignedTransferResult: post('externalcontact/resigned/transfer_result'),
  listUnassigned: post('externalcontact/get_unassigned_list'),
  transferGroupsOfResigned: post('externalcontact/groupchat/transfer', once),
  transferGroupsOnJob: post('externalcontact/groupchat/onjob_transfer', once),

  // Of its own family: it has 20 s, so a circuit that a sync opened must not stop it. 20 at once are 50 new friends a
  // second when WeCom takes 0.4 s.
  sendWelcome: post('externalcontact/send_welcome_msg', { ...once, family: 'welcome', inFlightMax: 20 }),
  // A repeated call makes a second task, and a second reminder is one of three in 24 h.
  addMassSend: post('externalcontact/add_msg_template', { ...once, family: 'mass-sends' }),
  listMassSends: post('externalcontact/get_groupmsg_list_v2', { family: 'mass-sends' }),
  listMassSendTasks: post('externalcontact/get_groupmsg_task', { family: 'mass-sends' }),
  listMassSendResults: post('externalcontact/get_groupmsg_send_result', { family: 'mass-sends' }),
  remindMassSend: post('externalcontact/remind_groupmsg_send', { ...once, family: 'mass-sends' }),
  cancelMassSend: post('externalcontact/cancel_groupmsg_send', { family: 'mass-sends' }),
  sendMessage: post('message/send', once),
  recallMessage: post('message/recall'),

  uploadMedia: post('media/upload', { media: true }),
  uploadImage: post('media/uploadimg', { media: true, longLimits: { perDay: 1_000, perMonth: 3_000 } }), // page 90256
  getMedia: get('media/get', { media: true, binary: true }),
} satisfies Record<string, WecomEndpoint>;

export const wecomEndpoints: readonly WecomEndpoint[] = Object.values(wecomApi);

/** Endpoints that fail together share a circuit breaker: `externalcontact`, `user`, `media` … */
export function familyOf(endpoint: WecomEndpoint): string {
  return endpoint.family ?? endpoint.name.split('/', 1)[0] ?? endpoint.name;
}
