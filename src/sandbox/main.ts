import { startSandbox, type Sandbox } from './index.js';

/** `npm run sandbox`: a WeCom server of one's own, for following the guides without a real corp. */
const port = Number(process.env['SANDBOX_PORT'] ?? 4000);
const worldFile = process.env['SANDBOX_DATA_FILE'] ?? '.data/sandbox-world.json';

try {
  const sandbox = await startSandbox({ port, worldFile });
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
    `Kept in / 数据文件: ${worldFile}    Ctrl-C ends it / 按 Ctrl-C 结束`,
  ];
}
