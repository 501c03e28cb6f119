import type { Texts } from './advice.js';
import type { Area } from './finding.js';

/** How people call what is looked at. */
export const areaNames: Readonly<Record<Area, Texts>> = {
  corp: { en: 'Corp', zh: '企业' },
  token: { en: 'Secret', zh: 'Secret' },
  trusted_address: { en: 'Trusted address', zh: '企业可信IP' },
  visible_range: { en: 'Visible range', zh: '可见范围' },
  directory: { en: 'Directory', zh: '通讯录读取' },
  customer_contact: { en: 'Customer contact', zh: '客户联系' },
  corp_tags: { en: 'Corp tags', zh: '企业客户标签' },
  group_chats: { en: 'Customer groups', zh: '客户群' },
  welcome: { en: 'Welcome messages', zh: '欢迎语' },
  messages: { en: 'Messages to staff', zh: '应用消息' },
  media: { en: 'Media', zh: '素材' },
  staff_listing: { en: 'List of all staff', zh: '全员列表' },
  callback_url: { en: 'Callback URL', zh: '回调地址' },
  callback_events: { en: 'Events', zh: '回调事件' },
};

export function named(area: Area, { en, zh }: Texts): Texts {
  return { en: `${areaNames[area].en}: ${en}`, zh: `${areaNames[area].zh}：${zh}` };
}

export const texts = {
  allowed: { en: 'the app may use it.', zh: '可以调用。' },
  limited: {
    en: 'the limit of calls is reached.',
    zh: '已达到调用频率限制。',
  },
  unanswered: { en: 'WeCom did not answer in time.', zh: '企业微信未及时应答。' },
  unchecked: {
    en: 'not asked, because WeCom refuses the app as a whole.',
    zh: '未检查：企业微信目前拒绝该应用的所有请求。',
  },
  tokenAccepted: { en: 'WeCom accepts it.', zh: '企业微信已接受。' },
  addressTrusted: { en: 'WeCom answers calls from this server.', zh: '企业微信接受本服务的请求。' },
  rangeEmpty: {
    en: 'empty: the app sees no department and nobody who serves customers.',
    zh: '为空：该应用看不到任何部门和可联系客户的成员。',
  },
  rangeWithoutServing: {
    en: 'the app sees departments, but nobody in them who may serve customers.',
    zh: '应用能看到部门，但其中没有具有客户联系权限的成员。',
  },
  disconnected: { en: 'disconnected; nothing is asked.', zh: '已断开，不再发送请求。' },
  noAssistant: {
    en: 'no directory assistant (通讯录同步) is connected: WeCom tells nobody that staff joined, moved or left.',
    zh: '未连接通讯录同步助手：成员入职、调动、离职不会有通知。',
  },
  noCredentials: {
    en: 'no Token and EncodingAESKey are stored, so every callback is refused.',
    zh: '未保存 Token 和 EncodingAESKey，所有回调都会被拒绝。',
  },
  notNeeded: {
    en: 'none; the events come through another app.',
    zh: '未设置；事件由其他应用接收。',
  },
  verified: { en: 'WeCom has called it with the right signature.', zh: '企业微信已用正确的签名调用。' },
  neverVerified: { en: 'WeCom has never called it.', zh: '企业微信从未调用。' },
  eventsArrive: { en: 'they arrive.', zh: '正常到达。' },
  eventsNever: { en: 'none has ever arrived.', zh: '从未收到。' },
  eventsStopped: { en: 'none has arrived for nine days.', zh: '已有九天未收到。' },
} satisfies Record<string, Texts>;

export const nextSteps = {
  unreachable: {
    en: 'Check again in a minute. If it stays so, see whether this server reaches qyapi.weixin.qq.com on port 443.',
    zh: '一分钟后重新检查；若仍无应答，请确认本服务能访问 qyapi.weixin.qq.com 的 443 端口。',
  },
  limited: {
    en: 'Nothing to do: calls go on when the window is over. GET /v1/corps/{corpId}/quota shows when.',
    zh: '无需操作：窗口结束后自动恢复，时间见 GET /v1/corps/{corpId}/quota。',
  },
  firstTheRest: {
    en: 'Do what the failed finding of this app says, then check again.',
    zh: '请先处理该应用的失败项，然后重新检查。',
  },
  widenRange: {
    en: 'Admin console → 应用管理 → the app → 可见范围: add the departments whose staff serve customers.',
    zh: '管理后台「应用管理」→ 该应用 →「可见范围」：添加服务客户的部门。',
  },
  allowServing: {
    en: 'Admin console → 客户联系 → 权限配置: give these staff 客户联系; they must be activated and real-name verified.',
    zh: '管理后台「客户联系」→「权限配置」：为这些成员开通客户联系；成员须已激活并完成实名。',
  },
  allowCustomerContact: {
    en: 'Admin console → 客户联系 → 客户 → API → 可调用接口的应用: tick the app.',
    zh: '管理后台「客户联系」→「客户」→「API」→「可调用接口的应用」：勾选该应用。',
  },
  reconnect: {
    en: 'Add an app with POST /v1/corps/{corpId}/apps: it connects the corp again.',
    zh: '用 POST /v1/corps/{corpId}/apps 添加应用即可重新连接。',
  },
  connectAssistant: {
    en: 'Admin console → 管理工具 → 通讯录同步: switch on API接口同步, and add its Secret with POST /v1/corps/{corpId}/apps.',
    zh: '管理后台「管理工具」→「通讯录同步」：开启 API接口同步，并用 POST /v1/corps/{corpId}/apps 添加其 Secret。',
  },
  storeCredentials: {
    en: 'Choose a Token and an EncodingAESKey, store them with PATCH /v1/corps/{corpId}/apps/{appId}, then enter the same in the admin console.',
    zh: '选定 Token 和 EncodingAESKey，用 PATCH /v1/corps/{corpId}/apps/{appId} 保存，再到管理后台填写相同内容。',
  },
  setAppUrl: {
    en: 'Admin console → 应用管理 → the app → 接收消息 → 设置API接收: enter the public address of this server with the callbackPath of this place, the Token and the EncodingAESKey, and save.',
    zh: '管理后台「应用管理」→ 该应用 →「接收消息」→「设置API接收」：填写本服务公网地址加此处的 callbackPath、Token 和 EncodingAESKey 并保存。',
  },
  setAssistantUrl: {
    en: 'Admin console → 管理工具 → 通讯录同步 → 设置接收事件服务器: enter the public address of this server with the callbackPath of this place, the Token and the EncodingAESKey, and save.',
    zh: '管理后台「管理工具」→「通讯录同步」→「设置接收事件服务器」：填写本服务公网地址加此处的 callbackPath、Token 和 EncodingAESKey 并保存。',
  },
  tickCustomerEvents: {
    en: 'Tick 外部联系人变更回调 at 接收消息 → 设置API接收 of the app, and the app itself at 客户联系 → 可调用接口的应用. Only customers of staff in the visible range count: let one of them add a customer, then check again.',
    zh: '在该应用「接收消息 → 设置API接收」勾选「外部联系人变更回调」，并在「客户联系 → 可调用接口的应用」勾选该应用。仅可见范围内成员的客户有事件：请其中一人添加客户后重新检查。',
  },
  changeSomebody: {
    en: 'Save 通讯录同步 → 设置接收事件服务器 again; then change any member in the admin console, and check again. If nobody was changed since, there is nothing to do.',
    zh: '重新保存「通讯录同步 → 设置接收事件服务器」，然后在管理后台修改任一成员并重新检查；若期间无成员变更则无需处理。',
  },
} satisfies Record<string, Texts>;
