import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { CallbackOutage, Delivery, EnvelopeOptions, SandboxSwitches } from '../sandbox.types.js';
import type { CallbackSetting } from '../world/corp.types.js';
import { CallbackFate } from './callback-fate.js';
import { Outage } from './callback-outage.js';
import { seal, type Envelope } from './envelope.js';
import { FailingPlaces } from './failing-places.js';
import { requestUrl } from './http-out.js';
import type { Place } from './places.js';

const RECORDS_MAX = 10_000;
/** An event that shall be overtaken goes after this time, also when none came to do it. */
const OVERTAKEN_MS = 1000;

/** One event on its way to one place. */
interface Outgoing {
  record: Delivery;
  place: string;
  app: Place;
  callback: CallbackSetting;
  form: EnvelopeOptions;
}

/** Sends as WeCom does: 5 s, then up to three more tries, and only after failed connections and timeouts (page 90930). */
export class CallbackSender {
  private readonly records: Delivery[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private readonly fate: CallbackFate;
  private readonly outage: Outage;
  private readonly failing: FailingPlaces;
  /** By place: ends the wait of the event that shall be overtaken. */
  private readonly overtaken = new Map<string, () => void>();
  private lastId = 0;

  constructor(
    private readonly switches: SandboxSwitches,
    private readonly nowMs: () => number,
    seed: string,
  ) {
    // One listener for each callback on its way; a burst is no leak.
    setMaxListeners(0, this.stop.signal);
    this.fate = new CallbackFate(switches, seed);
    this.outage = new Outage(nowMs, this.stop.signal);
    this.failing = new FailingPlaces(switches, nowMs);
  }

  send(corpId: string, app: Place, xml: string, form: EnvelopeOptions = {}): void {
    const { callback } = app;
    if (!callback) return;
    const merged = { ...this.switches.envelope, ...form };
    const fate = this.fate.draw(merged.duplicated === true);
    const place = `${corpId} ${app.kind} ${app.agentId}`;
    const lost = fate.lost || this.outage.loses() || this.failing.drops(place);
    for (const waitMs of fate.copiesAfterMs) {
      const record = this.newRecord(corpId, app.kind, callback.url, xml, lost ? 'lost' : 'pending');
      if (lost) continue;
      const work = this.deliver({ record, place, app, callback, form: merged }, waitMs, fate.overtaken);
      this.running.add(work);
      void work.finally(() => this.running.delete(work));
    }
  }

  /** A new outage takes the place of the one before; one of 0 ms ends it. */
  startOutage(outage: CallbackOutage): void {
    this.outage.start(outage);
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

  private newRecord(
    corpId: string,
    place: Delivery['place'],
    url: string,
    xml: string,
    state: Delivery['state'],
  ): Delivery {
    const record: Delivery = { id: (this.lastId += 1), corpId, place, url, xml, tries: [], state };
    this.records.push(record);
    if (this.records.length > RECORDS_MAX) this.records.shift();
    return record;
  }

  private async deliver(outgoing: Outgoing, waitMs: number, overtaken: boolean): Promise<void> {
    if (waitMs > 0) await this.sleep(waitMs);
    if (this.outage.isOn()) await this.outage.whenOver();
    if (overtaken) await this.waitForAnother(outgoing.place);
    await this.tryAll(outgoing);
    this.failing.record(outgoing.place, outgoing.record.state === 'answered');
    this.overtaken.get(outgoing.place)?.();
  }

  private async tryAll(outgoing: Outgoing): Promise<void> {
    const { record } = outgoing;
    let envelope = this.seal(outgoing);
    for (const waitMs of [0, ...this.switches.callbackRetryMs]) {
      if (waitMs > 0) await this.sleep(waitMs);
      if (this.stop.signal.aborted) break;
      if (record.tries.length > 0 && this.switches.freshEnvelopePerTry) envelope = this.seal(outgoing);
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

  private seal({ record, app, callback, form }: Outgoing): Envelope {
    return seal(record, app, callback, form, this.nowMs());
  }

  /** While one event of a place waits, the next ones pass it: the first that has arrived ends the wait. */
  private async waitForAnother(place: string): Promise<void> {
    if (this.overtaken.has(place)) return;
    const enough = new AbortController();
    this.overtaken.set(place, () => enough.abort());
    await this.sleep(OVERTAKEN_MS, AbortSignal.any([enough.signal, this.stop.signal]));
    this.overtaken.delete(place);
  }

  /** Ends early, without a word, when the sandbox closes. */
  private async sleep(ms: number, signal = this.stop.signal): Promise<void> {
    await setTimeout(ms, undefined, { signal }).catch(() => undefined);
  }
}
