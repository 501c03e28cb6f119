import { startSandbox, type Sandbox, type WorldSize } from './index.js';

const HELP = `npm run sandbox                     WeCom server to develop and test against / 用于开发和测试的企业微信服务端

  SANDBOX_PORT                  port on 127.0.0.1, 0 for a free one; default 4000 / 端口，0 表示任选，默认 4000
  SANDBOX_DATA_FILE             where the world is kept; empty keeps nothing / 数据文件，留空则不保存
                                default .data/sandbox-world.json
  Only for a new world / 仅在新建数据时有效:
  SANDBOX_SEED                  same seed, same world; default random / 相同种子得到相同数据，默认随机
  SANDBOX_CUSTOMERS             0 to 10000000; default 500 / 客户数，默认 500
  SANDBOX_STAFF                 default 16, or one for each 1000 customers / 成员数，默认 16 或每 1000 客户一人
  SANDBOX_GROUP_CHATS           default 5 / 客户群数，默认 5
  SANDBOX_RELATIONS             followers of a customer on average, 1 to 3; default 1.2 / 平均跟进人数
  SANDBOX_TAGS                  corp tags of a customer on average; default 1.4 / 平均企业标签数
`;

/** `npm run sandbox`: a WeCom server of one's own, for following the guides without a real corp. */
const port = number('SANDBOX_PORT') ?? 4000;
const worldFile = process.env['SANDBOX_DATA_FILE'] ?? '.data/sandbox-world.json';

if (process.argv.includes('--help')) process.stdout.write(HELP);
else await run();

async function run(): Promise<void> {
  try {
    const seed = process.env['SANDBOX_SEED'];
    const sandbox = await startSandbox({
      port,
      size: worldSize(),
      ...(seed ? { seed } : {}),
      ...(worldFile ? { worldFile } : {}),
    });
    process.stdout.write(`${introduction(sandbox).join('\n')}\n`);
    const stop = () => void sandbox.close().then(() => process.exit(0));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    const hint = taken
      ? `port ${port} is taken, set SANDBOX_PORT / 端口 ${port} 已被占用，请设置 SANDBOX_PORT`
      : '';
    process.stderr.write(`${hint || (error instanceof Error ? error.message : 'failed')}\n`);
    process.exitCode = 1;
  }
}

function worldSize(): WorldSize {
  const given = {
    customers: number('SANDBOX_CUSTOMERS'),
    staff: number('SANDBOX_STAFF'),
    groupChats: number('SANDBOX_GROUP_CHATS'),
    relationsPerCustomer: number('SANDBOX_RELATIONS'),
    tagsPerCustomer: number('SANDBOX_TAGS'),
  };
  // An unset one keeps its default.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function number(name: string): number | undefined {
  const text = process.env[name];
  return text === undefined || text === '' ? undefined : Number(text);
}

function introduction({ url, control }: Sandbox): string[] {
  const corp = control.corp();
  const userId = control.world().corps[0]?.staff[0]?.userId ?? '';
  const post = (path: string, body: string) => `  curl -s ${url}${path} -d '${body}'`;
  const app = '"url":"http://127.0.0.1:3000/...","token":"...","encodingAesKey":"..."';
  return [
    `WeCom sandbox / 企业微信沙箱: ${url}  (set WECOM_API_BASE_URL=${url})`,
    `  corp id / 企业 ID:                      ${corp.corpId}`,
    `  app agent id / 自建应用 AgentId:        ${corp.agentId}`,
    `  app secret / 自建应用 Secret:           ${corp.appSecret}`,
    `  assistant secret / 通讯录同步 Secret:   ${corp.assistantSecret}`,
    'Save a callback URL as in the console / 像管理后台一样保存回调地址:',
    post('/control/console/callback', `{"place":"app",${app}}`),
    post('/control/console/callback', `{"place":"assistant",${app}}`),
    'Fire an event / 触发事件:',
    post('/control/events', `{"type":"addCustomer","userId":"${userId}","state":"demo"}`),
    'Live changes / 持续产生变化:',
    post('/control/traffic', '{"eventsPerMinute":6}'),
    `World / 数据概览: curl -s ${url}/control/world    Deliveries / 推送记录: curl -s ${url}/control/deliveries`,
    `Kept in / 数据文件: ${worldFile || '-'}    Size and seed / 规模与种子: npm run sandbox -- --help    Ctrl-C ends it / 按 Ctrl-C 结束`,
  ];
}
