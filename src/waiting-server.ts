import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCallbackPath } from './platform/auth/public-paths.js';
import { isReachable } from './platform/database/reachable.js';

const LOOK_EVERY_MS = 500;
const REMIND_EVERY_LOOKS = 60;

export interface WaitingOptions {
  readonly databaseUrl: string;
  readonly port: number;
  readonly host: string;
}

/**
 * Holds the port until the database answers for the first time. Before that nothing can be checked, neither schema nor
 * role nor keys, and no credential is known; so the process lives, is not ready, and closes callbacks without an answer.
 * @throws what waiting would not cure, such as a wrong password or a port that is taken.
 */
export async function waitForDatabase({ databaseUrl, port, host }: WaitingOptions): Promise<void> {
  if (await isReachable(databaseUrl)) return;
  const server = createServer(answer);
  server.listen(port, host);
  await once(server, 'listening');
  try {
    for (let looks = 0; !(await isReachable(databaseUrl)); looks++) {
      if (looks % REMIND_EVERY_LOOKS === 0) {
        process.stderr.write(
          'The database does not answer: waiting for it, not ready. 数据库无应答：等待中，尚未就绪。\n',
        );
      }
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '' } = request;
  if (isCallbackPath(url)) return void response.destroy();
  if (url === '/healthz') return send(response, 200, 'application/json', { status: 'ok' });
  if (url === '/readyz') {
    return send(response, 503, 'application/json', { status: 'not_ready', checks: { database: 'failing' } });
  }
  send(response, 503, 'application/problem+json', {
    type: 'urn:wecom-scrm:problem:http.unavailable',
    title: 'The database does not answer yet',
    status: 503,
    code: 'http.unavailable',
    retryable: true,
  });
}

function send(response: ServerResponse, status: number, type: string, body: object): void {
  response.writeHead(status, { 'content-type': type, 'retry-after': '1' }).end(JSON.stringify(body));
}
