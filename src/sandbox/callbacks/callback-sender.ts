import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { encrypt, getSignature } from '@wecom/crypto';
import type { Delivery, EnvelopeOptions, SandboxSwitches } from '../sandbox.types.js';
import type { CallbackSetting, SandboxApp } from '../world/corp.types.js';
import { requestUrl } from './http-out.js';

const RECORDS_MAX = 2000;

interface Envelope {
  url: URL;
  body: string;
}

/** Sends as WeCom does: 5 s, then up to three more tries, and only after failed connections and timeouts (page 90930). */
export class CallbackSender {
  private readonly records: Delivery[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private lastId = 0;

  constructor(
    private readonly switches: SandboxSwitches,
    private readonly nowMs: () => number,
  ) {
    // One listener for each callback on its way; a burst is no leak.
    setMaxListeners(0, this.stop.signal);
  }

  send(corpId: string, app: SandboxApp, xml: string, form: EnvelopeOptions = {}): void {
    const { callback } = app;
    if (!callback) return;
    const merged = { ...this.switches.envelope, ...form };
    for (let copy = 0; copy < (merged.duplicated ? 2 : 1); copy += 1) {
      const record: Delivery = {
        id: (this.lastId += 1),
        corpId,
        place: app.kind,
        url: callback.url,
        xml,
        tries: [],
        state: 'pending',
      };
      this.records.push(record);
      if (this.records.length > RECORDS_MAX) this.records.shift();
      if (this.switches.loseCallbacks) {
        record.state = 'lost';
        continue;
      }
      const work = this.deliver(record, app, callback, merged).finally(() => this.running.delete(work));
      this.running.add(work);
    }
  }

  deliveries(): Delivery[] {
    return structuredClone(this.records);
  }

  async whenDelivered(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.whenDelivered();
  }

  private async deliver(
    record: Delivery,
    app: SandboxApp,
    callback: CallbackSetting,
    form: EnvelopeOptions,
  ): Promise<void> {
    let envelope = this.seal(record, app, callback, form);
    for (const waitMs of [0, ...this.switches.callbackRetryMs]) {
      if (waitMs > 0) await this.sleep(waitMs);
      if (this.stop.signal.aborted) break;
      if (record.tries.length > 0 && this.switches.freshEnvelopePerTry)
        envelope = this.seal(record, app, callback, form);
      await this.tryOnce(record, envelope);
      if (record.state === 'answered' || (record.state === 'refused' && !this.switches.retryNon200)) return;
    }
    if (record.state !== 'refused') record.state = 'failed';
  }

  private async tryOnce(record: Delivery, { url, body }: Envelope): Promise<void> {
    const at = this.nowMs();
    try {
      const { status } = await requestUrl(url, {
        method: 'POST',
        body,
        timeoutMs: this.switches.callbackTimeoutMs,
        signal: this.stop.signal,
      });
      record.tries.push({ at, status });
      record.state = status === 200 ? 'answered' : 'refused';
    } catch (error) {
      record.tries.push({ at, error: error instanceof Error ? error.message : 'unknown' });
      record.state = 'pending';
    }
  }

  private seal(
    { corpId, xml }: Delivery,
    app: SandboxApp,
    callback: CallbackSetting,
    form: EnvelopeOptions,
  ): Envelope {
    const encrypted = encrypt(callback.encodingAesKey, xml, corpId);
    const timestamp = String(Math.floor(this.nowMs() / 1000) + (form.timestampOffsetS ?? 0));
    const nonce = String(randomInt(2 ** 47));
    const url = new URL(callback.url);
    url.searchParams.set('msg_signature', getSignature(callback.token, timestamp, nonce, encrypted));
    url.searchParams.set('timestamp', timestamp);
    url.searchParams.set('nonce', nonce);
    // Empty for the directory assistant (callbacks.md 1.3).
    const agentId = app.kind === 'app' ? String(app.agentId) : '';
    const body = `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt><AgentID><![CDATA[${agentId}]]></AgentID></xml>`;
    return { url, body };
  }

  /** Ends early, without a word, when the sandbox closes. */
  private async sleep(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.stop.signal }).catch(() => undefined);
  }
}
