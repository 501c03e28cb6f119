/**
 * What to do after an errcode; the only place that decides it. From the error table of page 90313 (codes up to 65015 and
 * from 680001 as of 2026-07-26, those between as of 2024-04).
 *
 * - retry: the same request may be repeated after a short back-off, when the endpoint is idempotent
 * - refresh: get a new token and replay once
 * - throttle: wait for the window, or lower the concurrency
 * - config: an administrator has to act; repeating is useless
 * - fail: the answer to the request; record it and stop
 * - later: repeat after minutes
 */
export type ErrcodeAction = 'retry' | 'refresh' | 'throttle' | 'config' | 'fail' | 'later';

export interface ErrcodeMeaning {
  readonly action: ErrcodeAction;
  readonly en: string;
  readonly zh: string;
}

type Line = readonly [codes: readonly number[], action: ErrcodeAction, en: string, zh: string];

const lines: readonly Line[] = [
  [[-1], 'retry', 'WeCom is busy', '企业微信系统繁忙'],
  [[6000], 'retry', 'data version conflict', '数据版本冲突'],
  [
    [40001],
    'config',
    'the secret is wrong, was reset, or the app is disabled',
    'Secret 错误、已重置或应用已停用',
  ],
  [[40003], 'fail', 'no such member', '无效的成员 userid'],
  [[40004, 40005, 40008], 'fail', 'bad media or message type', '素材或消息类型错误'],
  [[40006, 40009, 40011, 45001, 45007, 40206], 'fail', 'the file or request is too large', '文件或请求过大'],
  [[40007, 40145], 'fail', 'the media_id is expired or of another kind', 'media_id 已过期或类型不符'],
  [[40123], 'fail', 'the picture is damaged', '图片已损坏'],
  [[40013], 'config', 'the corpid is wrong', 'corpid 错误'],
  [[40091], 'config', 'the secret belongs to another corp', 'Secret 属于其他企业'],
  [[40014], 'refresh', 'the access token is not valid', 'access_token 无效'],
  [[40029, 42003, 42022], 'fail', 'the login code is not valid any more', '登录 code 无效或已使用'],
  [[40031, 40032], 'fail', 'the list of members is invalid or too long', '成员列表无效或过长'],
  [[40035, 40058, 40063], 'fail', 'a parameter is invalid or missing', '参数无效或缺失'],
  [[40037], 'fail', 'no such template', '模板不存在'],
  [[40050], 'fail', 'no such group chat', '群聊不存在'],
  [[40056, 41011, 301002], 'config', 'the agentid does not belong to this app', 'agentid 与应用不符'],
  [[40068, 41110], 'fail', 'no such tag', '标签不存在'],
  [[40071], 'fail', 'the tag name exists already', '标签名已存在'],
  [
    [40072, 41017, 41018, 41111],
    'fail',
    'the tag name or list is missing or too long',
    '标签名或列表缺失或过长',
  ],
  [[40077, 42007, 40100, 40129, 41062, 41063, 41078, 41079], 'later', 'not ready yet', '尚未就绪'],
  [[40078, 40084, 40088, 40089], 'fail', 'the code or job is unknown', '授权码或任务不存在'],
  [[40080, 40083, 40085], 'config', 'the suite credentials are wrong', '第三方应用凭证错误'],
  [[40082, 42009], 'refresh', 'the suite token is not valid', 'suite_access_token 无效'],
  [[40093, 42012], 'refresh', 'the JS-SDK ticket is not usable', 'JS-SDK ticket 不可用'],
  [[40096], 'fail', 'no such external contact in the visible range', '客户不存在或不在可见范围'],
  [
    [40097, 40098, 40099, 40128, 40130, 40131, 40143, 40205],
    'fail',
    'this hand-over is not possible',
    '无法继承或分配',
  ],
  [[40126], 'config', 'the corp has its maximum of tags', '企业标签数量已达上限'],
  [[40144], 'fail', 'the customer has the maximum of tags', '该客户标签数量已达上限'],
  [[40146], 'fail', 'bad Range header', 'Range 请求头错误'],
  [[40201, 40204], 'fail', 'refused as undesirable content', '内容被安全策略拒绝'],
  [
    [41001, 41002, 41004],
    'config',
    'the token, corpid or secret is missing',
    '缺少 access_token、corpid 或 secret',
  ],
  [[41035], 'fail', 'the external userid is missing', '缺少 external_userid'],
  [
    [41045, 41095, 41200, 41211, 41305],
    'config',
    'the quota of this feature is used up or it is not open',
    '功能配额用尽或未开通',
  ],
  [[41046, 41047], 'fail', 'no such mass message', '群发任务不存在'],
  [[41048], 'fail', 'no customer is left to receive it', '没有可发送的客户'],
  [[41049, 41050], 'fail', 'the welcome code is expired or unknown', '欢迎语 code 无效或已过期'],
  [[41051], 'fail', 'the welcome was sent already, or a chat began', '已发送欢迎语或已开始聊天'],
  [[41053], 'fail', 'the customer has not agreed to archiving', '客户未同意会话存档'],
  [[41054], 'fail', 'the member is not activated or not verified', '成员未激活或未实名'],
  [
    [41055, 41058],
    'fail',
    'the welcome template library is full or belongs to another app',
    '入群欢迎语素材已满或属于其他应用',
  ],
  [[41056], 'fail', 'an external id of the wrong kind', '外部联系人 ID 类型错误'],
  [[41057], 'config', 'no WeChat developer account is bound', '未绑定微信开发者 ID'],
  [
    [41064, 41065, 41072, 41080, 41081, 41082],
    'fail',
    'an attachment is not allowed here',
    '附件数量、类型或场景不符',
  ],
  [[41093], 'fail', 'the mass message was cancelled', '群发已取消'],
  [[41094], 'fail', 'too many reminders for this mass message', '群发提醒次数已用完'],
  [[41096], 'retry', 'another app is sending the welcome right now', '其他应用正在发送欢迎语'],
  [[42001], 'refresh', 'the access token has expired', 'access_token 已过期'],
  [[42052], 'fail', 'a message can be recalled within 24 h only', '消息超过 24 小时不能撤回'],
  [
    [43009, 43012],
    'config',
    'the corp is not verified, or the app lacks a callback URL',
    '企业未认证或应用未设置回调',
  ],
  [[44001, 44004], 'fail', 'empty media or text', '素材或文本为空'],
  [[45002, 45008], 'fail', 'the message is too long', '消息过长'],
  [[45009], 'throttle', 'too many calls in this minute or hour', '接口调用频率超限'],
  [[45029], 'fail', 'the answer would be too large', '返回数据过大'],
  [[45033], 'throttle', 'too many calls at the same time', '接口并发超限'],
  [[45035], 'retry', 'conflict with a call at the same time', '并发操作冲突'],
  [[45036], 'throttle', 'data access over the limit', '数据访问超限'],
  [[46004, 60111], 'fail', 'no such member', '成员不存在'],
  [[48001, 48002], 'config', 'the app may not use this API', '应用没有此接口权限'],
  [
    [48003, 48004, 48005, 48006],
    'config',
    'the authorisation was withdrawn or the API retired',
    '授权已取消或接口已下线',
  ],
  [[48007, 48008], 'config', 'this secret may not use this API', '该 Secret 不能调用此接口'],
  [
    [48009],
    'config',
    'the directory assistant reads no details from this address',
    '通讯录同步助手不能从此 IP 读取详情',
  ],
  [[48010], 'config', 'the TLS version is not supported any more', 'TLS 版本不再支持'],
  [
    [48011],
    'fail',
    'the member is not active enough, customer data withheld',
    '成员活跃度不足，客户数据不可读',
  ],
  [[49008], 'fail', 'the group chat was dissolved', '群聊已解散'],
  [[50001], 'config', 'the redirect domain is not trusted', '回调域名不可信'],
  [[50002, 60011, 60021, 60030], 'config', 'outside the visible range of the app', '不在应用可见范围内'],
  [[50003, 50006, 60031], 'config', 'the app is disabled', '应用已停用'],
  [[50100], 'fail', 'the cursor is not valid any more', '游标已失效'],
  [[60003, 60123], 'fail', 'no such department', '部门不存在'],
  [[60020], 'config', 'calls from this IP address are not allowed', '调用 IP 不在可信名单'],
  [[60136], 'fail', 'no such record', '记录不存在'],
  [[60140], 'fail', 'the card cannot be updated any more', '卡片 response_code 无效或已使用'],
  [[60251, 60252, 60253], 'fail', 'not a servicer of this service account', '不是该客服账号的接待人员'],
  [[600018], 'fail', 'invalid statistics window', '统计时间范围无效'],
  [[640019], 'throttle', 'the monthly quota is used up', '本月配额已用完'],
  [[701008, 701063, 701099], 'config', 'no interface licence', '缺少接口许可'],
  [[81013], 'fail', 'no receiver can be reached', '没有可送达的接收人'],
  [[81017], 'fail', 'too many objects requested, ask for fewer', '请求对象过多，请缩小范围'],
  [[82001, 82002, 82003], 'fail', 'no receiver, or too many', '接收人为空或过多'],
  [[84014, 84015], 'fail', 'the user ticket is not valid', 'user_ticket 无效'],
  [[84061], 'fail', 'no relation between this member and this customer', '成员与客户没有好友关系'],
  [[84074, 84084], 'config', 'no permission for customer contact', '没有客户联系权限'],
  [[85004, 85005], 'config', 'trusted domain not verified', '可信域名未验证'],
  [
    [90500, 90501, 90502, 90503, 90504, 90507, 90508, 90509, 90510, 90511],
    'fail',
    'not possible with this group chat',
    '该群不支持此操作',
  ],
  [[93000, 93004, 93008], 'config', 'the group robot is gone', '群机器人不可用'],
  [
    [95000, 95001, 95002, 95004, 95007, 95013, 95014, 95016, 95018, 95019, 95031],
    'fail',
    'not possible in this service session',
    '客服会话不支持此操作',
  ],
  [
    [95003, 95005, 95011, 95012, 95017, 95023, 95026, 95027],
    'config',
    'customer service is not set up for this',
    '微信客服未开通此功能',
  ],
  [[301007], 'config', 'the corp was dissolved or banned', '企业已解散或被封禁'],
  [[301042], 'config', 'this IP address may not read the archive', 'IP 不允许读取会话存档'],
  [[830001, 830002, 830003], 'fail', 'WeCom could not download the file', '企业微信下载文件失败'],
];

const meanings = new Map<number, ErrcodeMeaning>();
for (const [codes, action, en, zh] of lines) {
  for (const code of codes) {
    if (meanings.has(code)) throw new Error(`errcode ${code} stands twice in the table`);
    meanings.set(code, { action, en, zh });
  }
}

const UNKNOWN: ErrcodeMeaning = { action: 'fail', en: 'refused by WeCom', zh: '企业微信拒绝了该请求' };

/** Never throws: an unknown code means `fail`, because repeating what we do not understand helps nobody. */
export function meaningOfErrcode(errcode: number): ErrcodeMeaning {
  return meanings.get(errcode) ?? UNKNOWN;
}
