import http from 'node:http';
import { answerControl } from './control/control-api.js';
import { BinaryAnswer } from './rest/endpoint.js';
import type { RestApi } from './rest/rest-api.js';
import type { SandboxControl } from './sandbox.types.js';

/** 20 MB of media and its multipart frame. */
const BODY_BYTES_MAX = 24 * 1024 * 1024;
const KEEP_ALIVE_MS = 600_000;

export function createHttpServer(api: RestApi, control: () => SandboxControl): http.Server {
  const server = http.createServer((request, response) => {
    answer(api, control(), request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(error instanceof Error ? error.message : 'failed');
    });
  });
  // Only a fault may end a connection: after Node's 5 s a client could be writing while the server closes.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function answer(
  api: RestApi,
  control: SandboxControl,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const method = request.method ?? 'GET';
  const body = await readBody(request);
  if (!body) return void sendJson(response, 413, { error: 'body too large' });
  if (url.pathname.startsWith('/control/')) {
    if (!isLocal(request))
      return void sendJson(response, 403, { error: 'the control API answers local tools only' });
    const { status, json } = await answerControl(control, method, url.pathname, body);
    return void sendJson(response, status, json);
  }
  const ip = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const { headers } = request;
  const result = await api.call({ method, path: url.pathname, query: url.searchParams, headers, body, ip });
  if (result.broken && 'reset' in result.broken) return void request.socket.resetAndDestroy();
  const content = result.content ?? { status: 404, json: { error: 'not found' } };
  send(
    response,
    content instanceof BinaryAnswer ? content : jsonAnswer(content),
    result.broken?.cutAfterBytes,
  );
}

/** Keeps web pages in a browser of this machine away: they send an Origin, or a foreign Host after DNS rebinding. */
function isLocal(request: http.IncomingMessage): boolean {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  return request.headers.origin === undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(host);
}

async function readBody(request: http.IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // reason: a request without encoding yields buffers
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return size <= BODY_BYTES_MAX ? Buffer.concat(chunks) : undefined;
}

function jsonAnswer({ status, json }: { status: number; json: unknown }): BinaryAnswer {
  const headers = { 'content-type': 'application/json; charset=UTF-8' };
  return new BinaryAnswer(status, headers, Buffer.from(JSON.stringify(json)));
}

function sendJson(response: http.ServerResponse, status: number, json: unknown): void {
  send(response, jsonAnswer({ status, json }));
}

/** Cut: the head promises all bytes, the connection ends before they have come. */
function send(
  response: http.ServerResponse,
  { status, headers, bytes }: BinaryAnswer,
  cutAfterBytes?: number,
): void {
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  if (cutAfterBytes === undefined) return void response.end(bytes);
  response.flushHeaders();
  response.write(bytes.subarray(0, cutAfterBytes));
  response.socket?.destroySoon();
}
