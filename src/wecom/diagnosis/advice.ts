/** The same in both of our languages. */
export interface Texts {
  readonly en: string;
  readonly zh: string;
}

const NEW_SECRET: Texts = {
  en: 'Copy the secret of this app again from the admin console and store it with PATCH /v1/corps/{corpId}/apps/{appId}. Nothing is sent until then.',
  zh: '在管理后台重新复制该应用的 Secret，并用 PATCH /v1/corps/{corpId}/apps/{appId} 保存；在此之前不会再发送请求。',
};
const VISIBLE_RANGE: Texts = {
  en: 'Add the department or member to the visible range (可见范围) of the app in the admin console.',
  zh: '在管理后台把相应部门或成员加入该应用的可见范围。',
};
const PERMISSION: Texts = {
  en: 'Add the app to 客户联系 → 可调用接口的应用 in the admin console.',
  zh: '在管理后台「客户联系 → 可调用接口的应用」中添加该应用。',
};
const ENABLE: Texts = {
  en: 'Enable the app in the admin console.',
  zh: '在管理后台启用该应用。',
};
const WAIT: Texts = {
  en: 'Nothing to do: calls go on when the window of the limit is over.',
  zh: '无需操作：限制窗口结束后会自动恢复。',
};
const LOOK_UP: Texts = {
  en: 'Look the errcode up at https://open.work.weixin.qq.com/devtool/query and in docs/connect-your-corp.md.',
  zh: '在 https://open.work.weixin.qq.com/devtool/query 和 docs/connect-your-corp.md 中查询该错误码。',
};

const AGENT_ID: Texts = {
  en: 'Compare the agentId with the AgentId on the page of the app in the admin console; connect the app again when it differs.',
  zh: '请核对 agentId 与管理后台该应用页面上的 AgentId；不一致时请重新添加应用。',
};
const ASK_WECOM: Texts = {
  en: 'Open the admin console: WeCom shows there why the corp may not be used.',
  zh: '请登录管理后台查看企业被限制的原因。',
};

const advices = new Map<number, Texts>([
  [40001, NEW_SECRET],
  [40091, NEW_SECRET],
  [
    40013,
    {
      en: 'The corpid is wrong. Disconnect this corp and connect it with the 企业ID shown under 我的企业.',
      zh: 'corpid 错误。请断开后用「我的企业」页面中的企业ID重新连接。',
    },
  ],
  [60020, trustAddress('the address this server calls from', '本服务的出口 IP')],
  [48002, PERMISSION],
  [48001, PERMISSION],
  [84074, PERMISSION],
  [60011, VISIBLE_RANGE],
  [60021, VISIBLE_RANGE],
  [50002, VISIBLE_RANGE],
  [60030, VISIBLE_RANGE],
  [50003, ENABLE],
  [50006, ENABLE],
  [60031, ENABLE],
  [40056, AGENT_ID],
  [301002, AGENT_ID],
  [301007, ASK_WECOM],
  [45009, WAIT],
  [45033, WAIT],
  [
    48009,
    {
      en: 'The directory assistant may only list ids; names come through the self-built app. Check its visible range.',
      zh: '通讯录同步助手只能读取 ID；姓名由自建应用读取，请检查其可见范围。',
    },
  ],
]);

/** What an administrator does about an errcode; `docs/connect-your-corp.md` explains the same at length. */
export function adviceFor(errcode: number, callerAddress?: string): Texts {
  if (errcode === 60020 && callerAddress) return trustAddress(callerAddress, callerAddress);
  return advices.get(errcode) ?? LOOK_UP;
}

function trustAddress(en: string, zh: string): Texts {
  return {
    en: `Add ${en} to 企业可信IP of the app; it takes effect after about a minute.`,
    zh: `把 ${zh} 加入该应用的「企业可信IP」，约一分钟后生效。`,
  };
}
