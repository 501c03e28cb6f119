import { createDecipheriv, createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.js';

export type Answer = { errcode: number; errmsg: string } & Record<string, any>;

const open: (() => Promise<void>)[] = [];

/** A sandbox that `closeAll` ends: a red assertion must not leave a server that keeps jest from ending. */
export async function openSandbox(options?: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  open.push(() => sandbox.close());
  return sandbox;
}

/** For `afterEach`: ends what the test opened, newest first; closing twice is harmless. */
export async function closeAll(): Promise<void> {
  for (let close = open.pop(); close; close = open.pop()) await close();
}

/** A bare WeCom client of its own: nothing of src/wecom, so that each checks the other. */
export class SandboxClient {
  private tokens = new Map<string, string>();

  constructor(
    readonly sandbox: Sandbox,
    readonly corpId = sandbox.control.corp().corpId,
  ) {}

  async token(secret = this.sandbox.control.corp(this.corpId).appSecret): Promise<string> {
    const known = this.tokens.get(secret);
    if (known) return known;
    const answer = await this.plain(`/cgi-bin/gettoken?corpid=${this.corpId}&corpsecret=${secret}`);
    this.tokens.set(secret, answer['access_token']);
    return answer['access_token'];
  }

  forgetTokens(): void {
    this.tokens.clear();
  }

  async plain(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.sandbox.url + path, init);
    return (await response.json()) as Answer;
  }

  async get(path: string, query: Record<string, string | number> = {}, secret?: string): Promise<Answer> {
    const params = new URLSearchParams({ access_token: await this.token(secret) });
    for (const [name, value] of Object.entries(query)) params.set(name, String(value));
    return this.plain(`/cgi-bin/${path}?${params}`);
  }

  async post(path: string, body: unknown, secret?: string): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.plain(`/cgi-bin/${path}?access_token=${await this.token(secret)}`, {
      method: 'POST',
      body: text,
    });
  }

  async upload(path: string, bytes: Buffer, name = 'a.bin', partName = 'media'): Promise<Answer> {
    const form = new FormData();
    form.set(partName, new Blob([new Uint8Array(bytes)]), name);
    const joint = path.includes('?') ? '&' : '?';
    return this.plain(`/cgi-bin/${path}${joint}access_token=${await this.token()}`, {
      method: 'POST',
      body: form,
    });
  }

  get assistantSecret(): string {
    return this.sandbox.control.corp(this.corpId).assistantSecret;
  }
}

export interface Received {
  query: URLSearchParams;
  xml: string;
  agentId: string;
}

/** A callback URL that decrypts with node:crypto alone, to check the sandbox's use of the official library. */
export class CallbackReceiver {
  readonly received: Received[] = [];
  /** Queries of all POSTs, dropped ones included. */
  readonly attempts: URLSearchParams[] = [];
  readonly token = 'scrmTokenAlpha01';
  readonly encodingAesKey = 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR';
  /** How the next POSTs are answered; empty = 200. */
  readonly script: ('hang' | 'drop' | number)[] = [];
  echo: (plain: string) => string = (plain) => plain;
  echoDelayMs = 0;
  /** Of the last ciphertext: the corp, or the suite. */
  receiveId = '';
  private constructor(
    private readonly server: http.Server,
    readonly url: string,
  ) {}

  static async start(): Promise<CallbackReceiver> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new CallbackReceiver(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/cb/1?keep=1`,
    );
    server.on('request', (request, response) => void receiver.answer(request, response));
    open.push(() => receiver.stop());
    return receiver;
  }

  get form() {
    return { url: this.url, token: this.token, encodingAesKey: this.encodingAesKey };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  field(index: number, name: string): string | undefined {
    return new RegExp(`<${name}>\\s*(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?\\s*</${name}>`).exec(
      this.received[index]?.xml ?? '',
    )?.[1];
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    if (request.method === 'GET') {
      const plain = this.open(query, query.get('echostr') ?? '');
      setTimeout(() => response.end(this.echo(plain)), this.echoDelayMs);
      return;
    }
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.attempts.push(query);
    const step = this.script.shift();
    if (step === 'hang') return;
    if (step === 'drop') return void request.socket.destroy();
    if (typeof step === 'number') {
      response.statusCode = step;
      return void response.end();
    }
    const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]><\/Encrypt>/.exec(body)?.[1] ?? '';
    const agentId = /<AgentID><!\[CDATA\[(.*?)\]\]><\/AgentID>/.exec(body)?.[1] ?? '?';
    this.received.push({ query, xml: this.open(query, encrypted), agentId });
    response.end();
  }

  private open(query: URLSearchParams, encrypted: string): string {
    const parts = [this.token, query.get('timestamp') ?? '', query.get('nonce') ?? '', encrypted].sort();
    const signature = createHash('sha1').update(parts.join('')).digest('hex');
    if (signature !== query.get('msg_signature')) return 'BAD SIGNATURE';
    const key = Buffer.from(`${this.encodingAesKey}=`, 'base64');
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
    const body = padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
    const length = body.readUInt32BE(16);
    const receiver = body.subarray(20 + length).toString();
    this.receiveId = receiver;
    return receiver.startsWith('ww') ? body.subarray(20, 20 + length).toString() : `BAD RECEIVER ${receiver}`;
  }
}
