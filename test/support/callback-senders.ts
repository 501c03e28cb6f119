import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CallbackPair, signedCallback } from './wecom-envelope.js';

/** As WeCom does it (pages 90238 and 90930): after 5 s it hangs up, and sends again up to three times. */
const PATIENCE_MS = 5_000;
const REPEATS = 3;
/** Not published. */
const PAUSE_MS = 1_000;

export interface CallbackAddress {
  readonly url: string;
  readonly path: string;
  readonly pair: CallbackPair;
  readonly receiveId: string;
}

export interface Attempt {
  /** Undefined: the connection ended, or was never there, without a byte of an answer. */
  readonly status: number | undefined;
  readonly ms: number;
}

/** Sends callbacks as WeCom does, and remembers what became of each. */
export class CallbackSenders {
  /** External user ids of the callbacks that were answered 200. */
  readonly acknowledged = new Set<string>();
  readonly attempts: Attempt[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 500 });
  private sent = 0;

  constructor(readonly address: CallbackAddress) {}

  /** On time for `ms`, whatever the answers. Resolves when all were answered or given up. */
  async sendFor(ms: number, perSecond: number): Promise<void> {
    const startedAt = performance.now();
    const all: Promise<unknown>[] = [];
    for (let index = 0; index < (ms * perSecond) / 1000; index++) {
      await sleep(Math.max(0, startedAt + (index * 1000) / perSecond - performance.now()));
      all.push(this.sendWithRepeats());
    }
    await Promise.all(all);
  }

  async sendWithRepeats(): Promise<void> {
    const { id, xml } = this.next('');
    for (let left = REPEATS; ; left--) {
      const { status } = await this.attempt(id, xml);
      if (status !== undefined || left === 0) return;
      await sleep(PAUSE_MS);
    }
  }

  /** Once, with so many bytes of padding. */
  sendOnce(padding: number): Promise<Attempt> {
    const { id, xml } = this.next('x'.repeat(padding));
    return this.attempt(id, xml);
  }

  close(): void {
    this.agent.destroy();
  }

  private next(padding: string): { id: string; xml: string } {
    const id = `wm${++this.sent}`;
    const field = (name: string, value: string) => `<${name}><![CDATA[${value}]]></${name}>`;
    const xml = `<xml>${field('FromUserName', 'sys')}<CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime>${field('MsgType', 'event')}${field('Event', 'change_external_contact')}${field('ChangeType', 'edit_external_contact')}${field('UserID', 'zhangsan')}${field('ExternalUserID', id)}${field('Padding', padding)}</xml>`;
    return { id, xml };
  }

  /** A repetition carries the same message, encrypted and signed anew. */
  private async attempt(id: string, xml: string): Promise<Attempt> {
    const { url, path, pair, receiveId } = this.address;
    const { search, body } = signedCallback(pair, xml, { receiveId, at: new Date() });
    const startedAt = performance.now();
    const status = await this.post(`${url}${path}${search}`, body);
    const attempt = { status, ms: performance.now() - startedAt };
    this.attempts.push(attempt);
    if (status === 200) this.acknowledged.add(id);
    return attempt;
  }

  private async post(url: string, body: string): Promise<number | undefined> {
    const sent = request(url, { agent: this.agent, method: 'POST', timeout: PATIENCE_MS });
    const hangUp = setTimeout(() => sent.destroy(), PATIENCE_MS + 500);
    try {
      sent.end(body);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      return response.statusCode;
    } catch {
      return undefined;
    } finally {
      clearTimeout(hangUp);
    }
  }
}
