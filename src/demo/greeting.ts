/** What the console shows once the demo answers. */
export function greeting(demo: {
  url: string;
  sandboxUrl: string;
  key: string;
  /** Somebody about whom there is something to see. */
  customerId: string | undefined;
  /** The board of the tea club. */
  boardId: string | undefined;
  /** Coupons that members claim and use while the demo runs. */
  batchId: string;
  seconds: number;
}): string {
  const docs = new URL('/docs', demo.url);
  docs.username = 'demo';
  docs.password = demo.key;
  const call = (path: string) => `  curl -sS -H 'Authorization: Bearer ${demo.key}' '${demo.url}${path}'`;
  return [
    '',
    `WeCom SCRM demo, ready after ${demo.seconds.toFixed(1)} s  ·  企业微信 SCRM 演示已就绪`,
    '',
    `  API            ${demo.url}/v1`,
    `  Documentation  ${docs}   (文档；user any, password = key)`,
    `  Sandbox        ${demo.sandboxUrl}   (企业微信沙箱；a few events a minute, 每分钟几个事件)`,
    `  Key            ${demo.key}   (密钥；new at every start, 每次启动都会更换)`,
    '',
    'Try / 试一试:',
    call('/v1/customers?limit=3'),
    ...(demo.customerId ? [call(`/v1/customers/${demo.customerId}/page`)] : []),
    ...(demo.boardId ? [call(`/v1/loyalty/boards/${demo.boardId}/top?limit=3`)] : []),
    call(`/v1/coupons/batches/${demo.batchId}/figures`),
    call('/v1/group-chats?limit=3'),
    call('/v1/callbacks?limit=3'),
    '',
    'Ctrl-C ends everything; the data stays. Ctrl-C 结束，数据保留。',
    '',
  ].join('\n');
}
