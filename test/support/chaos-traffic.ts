import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '../../src/platform/database/unavailable.js';
import type { Sandbox } from '../../src/sandbox/index.js';

const ANSWER_MAX_MS = 30_000;
const RETRY_AFTER_MS = 150;

/** Where the traffic goes. */
export interface TrafficTarget {
  readonly sandbox: Sandbox;
  readonly userIds: readonly string[];
  readonly tagIds: readonly string[];
  /** Of the processes that serve HTTP. */
  readonly urls: readonly string[];
  readonly corpId: string;
  readonly corpKey: string;
  readonly operatorKey: string;
  /** Appends so many events at once. @returns their ids once they are stored. */
  append(count: number): Promise<string[]>;
}

/** A POST that was answered with success. */
export interface AcknowledgedPost {
  readonly path: string;
  readonly apiKey: string;
  readonly idempotencyKey: string;
  readonly body: object | undefined;
  readonly answer: { id: string };
}

/** Callbacks, POSTs that are repeated until they are answered, syncs and events, until `stop`. */
export class ChaosTraffic {
  readonly posts: AcknowledgedPost[] = [];
  /** Names of the keys whose creation was acknowledged. */
  readonly keyNames: string[] = [];
  readonly eventIds: string[] = [];
  /** Status and code of what was answered while something was down. */
  readonly refusals = new Set<string>();
  slowestAnswerMs = 0;
  private readonly pairs: { userId: string; externalUserId: string }[] = [];
  private readonly loops: Promise<void>[];
  private readonly failures: unknown[] = [];
  private stopped = false;
  private abandoned = false;

  constructor(
    private readonly target: TrafficTarget,
    private readonly random: () => number,
  ) {
    this.loops = [
      this.repeat(80, async () => this.change()),
      this.repeat(250, () => this.append()),
      this.repeat(150, () => this.createKey()),
      this.repeat(1_500, () => this.startSync()),
    ];
  }

  /** When every call under way has been answered. @throws what a call was answered that no crash explains. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
    if (this.failures.length > 0) throw this.failures[0];
  }

  /** Answered or not. */
  async abandon(): Promise<void> {
    this.abandoned = true;
    await this.stop().catch(() => undefined);
  }

  private async repeat(everyMs: number, work: () => Promise<void>): Promise<void> {
    while (!this.stopped) {
      await work().catch((error: unknown) => this.failures.push(error));
      await sleep(this.random() * 2 * everyMs);
    }
  }

  private pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** Something happens in WeCom, which says so by a callback. */
  private change(): void {
    const { events } = this.target.sandbox.control;
    const choice = this.random();
    if (choice < 0.4 || this.pairs.length < 5) {
      const userId = this.pick(this.target.userIds);
      this.pairs.push({ userId, externalUserId: events.addCustomer({ userId }).externalUserId });
    } else if (choice < 0.7) {
      events.editRemark({ ...this.pick(this.pairs), remark: `r${Math.floor(this.random() * 1e9)}` });
    } else if (choice < 0.9) {
      events.editTags({ ...this.pick(this.pairs), addTagIds: [this.pick(this.target.tagIds)] });
    } else {
      const [gone] = this.pairs.splice(Math.floor(this.random() * this.pairs.length), 1);
      if (gone) events.customerDeletesStaff(gone);
    }
  }

  private async append(): Promise<void> {
    const count = 1 + Math.floor(this.random() * 10);
    const ids = await this.target.append(count).catch((error: unknown) => {
      if (isUnavailable(error)) return []; // not acknowledged, whether or not it was stored
      throw error;
    });
    this.eventIds.push(...ids);
  }

  private async createKey(): Promise<void> {
    const name = `key ${randomUUID()}`;
    const body = { name, owner: 'chaos', scopes: ['customers:read'] };
    const path = `/v1/corps/${this.target.corpId}/keys`;
    const { status, answer } = await this.post(path, this.target.operatorKey, randomUUID(), body);
    // A secret is shown once: when the first answer was lost with its process, this is how the second one looks.
    const done = status === 201 || answer['code'] === 'http.idempotency_secret_not_kept';
    if (!done) throw new Error(`a key was answered ${status} ${JSON.stringify(answer)}`);
    this.keyNames.push(name);
  }

  private async startSync(): Promise<void> {
    const [path, apiKey, idempotencyKey] = ['/v1/customers/sync', this.target.corpKey, randomUUID()];
    const { status, answer } = await this.post(path, apiKey, idempotencyKey);
    if (status === 202) {
      // reason for the cast: an operation has an id, which the client's tests prove
      this.posts.push({ path, apiKey, idempotencyKey, body: undefined, answer: answer as { id: string } });
    } else if (answer['code'] !== 'operations.already_running') {
      throw new Error(`a sync was answered ${status} ${JSON.stringify(answer)}`);
    }
  }

  /** As a client does it: the same call with the same key until somebody answers it. */
  async post(
    path: string,
    apiKey: string,
    idempotencyKey: string,
    body?: object,
  ): Promise<{ status: number; answer: Record<string, unknown> }> {
    for (;;) {
      if (this.abandoned) throw new Error('nobody has answered');
      const askedAt = performance.now();
      const response = await fetch(`${this.pick(this.target.urls)}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${apiKey}`,
          'idempotency-key': idempotencyKey,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_MAX_MS),
      })
        .then(async (got) => ({
          status: got.status,
          answer: (await got.json()) as Record<string, unknown>,
        }))
        .catch(() => undefined); // the process died before it had answered
      this.slowestAnswerMs = Math.max(this.slowestAnswerMs, performance.now() - askedAt);
      if (response && response.status >= 500)
        this.refusals.add(`${response.status} ${String(response.answer['code'])}`);
      const retryable = !response || response.status >= 500 || isInProgress(response.answer);
      if (response && !retryable) return response;
      await sleep(RETRY_AFTER_MS);
    }
  }
}

function isInProgress(answer: Record<string, unknown>): boolean {
  return answer['code'] === 'http.idempotency_in_progress';
}
