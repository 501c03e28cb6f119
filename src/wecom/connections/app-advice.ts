/** What an administrator does about an errcode; `docs/connect-your-corp.md` explains the same at length. */
export interface Advice {
  readonly en: string;
  readonly zh: string;
}

const NEW_SECRET: Advice = {
  en: 'Copy the secret of this app again from the admin console and store it with PATCH /v1/corps/{corpId}/apps/{appId}. Nothing is sent until then.',
  zh: '在管理后台重新复制该应用的 Secret，并用 PATCH /v1/corps/{corpId}/apps/{appId} 保存；在此之前不会再发送请求。',
};
const VISIBLE_RANGE: Advice = {
  en: 'Add the department or member to the visible range (可见范围) of the app in the admin console.',
  zh: '在管理后台把相应部门或成员加入该应用的可见范围。',
};
const PERMISSION: Advice = {
  en: 'Add the app to 客户联系 → 可调用接口的应用 in the admin console.',
  zh: '在管理后台「客户联系 → 可调用接口的应用」中添加该应用。',
};
const ENABLE: Advice = {
  en: 'Enable the app in the admin console.',
  zh: '在管理后台启用该应用。',
};
const WAIT: Advice = {
  en: 'Nothing to do: calls go on when the window of the limit is over.',
  zh: '无需操作：限制窗口结束后会自动恢复。',
};
const LOOK_UP: Advice = {
  en: 'Look the errcode up at https://open.work.weixin.qq.com/devtool/query and in docs/connect-your-corp.md.',
  zh: '在 https://open.work.weixin.qq.com/devtool/query 和 docs/connect-your-corp.md 中查询该错误码。',
};

const advices = new Map<number, Advice>([
  [40001, NEW_SECRET],
  [40091, NEW_SECRET],
  [
    40013,
    {
      en: 'The corpid is wrong. Disconnect this corp and connect it with the 企业ID shown under 我的企业.',
      zh: 'corpid 错误。请断开后用「我的企业」页面中的企业ID重新连接。',
    },
  ],
  [
    60020,
    {
      en: 'Add the address this server calls from to 企业可信IP of the app; it takes effect after about a minute.',
      zh: '把本服务的出口 IP 加入该应用的「企业可信IP」，约一分钟后生效。',
    },
  ],
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
  [45009, WAIT],
  [
    48009,
    {
      en: 'The directory assistant may only list ids; names come through the self-built app. Check its visible range.',
      zh: '通讯录同步助手只能读取 ID；姓名由自建应用读取，请检查其可见范围。',
    },
  ],
]);

export function adviceFor(errcode: number): Advice {
  return advices.get(errcode) ?? LOOK_UP;
}
