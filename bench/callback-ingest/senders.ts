import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CallbackPair, signedCallback } from '../../test/support/wecom-envelope.js';

const ANSWER = /^HTTP\/1\.1 200 .*success$/s;
let made = 0;

export interface Target {
  readonly url: string;
  readonly path: string;
}

/** Whole HTTP requests, made before the clock runs, each with another customer. */
export function makeCallbacks(
  count: number,
  target: Target,
  pair: CallbackPair,
  receiveId: string,
): Buffer[] {
  const { host } = new URL(target.url);
  return Array.from({ length: count }, () => {
    const xml =
      `<xml><ToUserName><![CDATA[${receiveId}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>` +
      `<CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime><MsgType><![CDATA[event]]></MsgType>` +
      `<Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>` +
      `<UserID><![CDATA[staff${made % 500}]]></UserID><ExternalUserID><![CDATA[wmBenchAAAA${++made}]]></ExternalUserID>` +
      `<State><![CDATA[expo]]></State></xml>`;
    const { search, body } = signedCallback(pair, xml, { receiveId, at: new Date() });
    return Buffer.from(
      `POST ${target.path}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: text/xml\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
}

/** Plain sockets, because a client library costs about as much CPU as the server that is measured. */
export class Senders {
  private constructor(private readonly sockets: readonly Socket[]) {}

  static async open(target: Target, count: number): Promise<Senders> {
    const { hostname, port } = new URL(target.url);
    const sockets = Array.from({ length: count }, () => connect(Number(port), hostname).setNoDelay(true));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return new Senders(sockets);
  }

  /** As fast as the answers come. @returns seconds. */
  async sendAll(callbacks: readonly Buffer[]): Promise<number> {
    let next = 0;
    const startedAt = performance.now();
    await Promise.all(
      this.sockets.map(async (socket) => {
        for (let callback = callbacks[next++]; callback; callback = callbacks[next++])
          await send(socket, callback);
      }),
    );
    return (performance.now() - startedAt) / 1000;
  }

  /** On time, whether or not the answers come. @returns how long each took, in ms from when it was due. */
  async sendAtRate(callbacks: readonly Buffer[], perSecond: number): Promise<number[]> {
    const free = this.sockets.map((socket) => Promise.resolve(socket));
    const startedAt = performance.now();
    const answers = callbacks.map(async (callback, index) => {
      const dueAt = startedAt + (index * 1000) / perSecond;
      await sleep(Math.max(0, dueAt - performance.now()));
      const socket = free.shift();
      if (!socket) throw new Error('no connections');
      const answered = socket.then((its) => send(its, callback).then(() => its)); // whoever comes next waits for it
      free.push(answered);
      await answered;
      return performance.now() - dueAt;
    });
    return Promise.all(answers);
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/** @throws unless the answer is 200 and success. */
function send(socket: Socket, callback: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const onData = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      if (!answer.includes('\r\n\r\n')) return;
      if (!answer.endsWith('success') && answer.startsWith('HTTP/1.1 200')) return;
      socket.off('data', onData);
      if (ANSWER.test(answer)) resolve();
      else reject(new Error(answer));
    };
    socket.on('data', onData);
    socket.write(callback);
  });
}
