import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Metrics } from '../../../platform/health/metrics.js';
import { AppLogger } from '../../../platform/logging/app-logger.js';
import { isFaultOfContent } from '../callback-faults.js';
import { CallbackInbox } from '../callback-inbox.js';
import { CallbackOpener } from '../callback-opener.js';
import { CallbackSpool } from './callback-spool.js';
import { linesOf, type SpooledCallback, type SpoolLine } from './spool-record.js';

const LOOK_EVERY_MS = 500;
/** Callbacks drained at once: the inbox stores those of one corp in one transaction. */
const TOGETHER_MAX = 32;
/** Between two rounds, for the callbacks that arrive meanwhile: they must be answered, what is drained was. */
const BREATH_MS = 10;
/** Nobody waits for an answer. */
const PATIENCE_MS = 30_000;
/** What is not drained by then waits for the next start. */
const SHUTDOWN_PATIENCE_MS = 2_000;

type Outcome = 'stored' | 'repeated' | 'refused';

/** Brings what waits on the local disk into the inbox, also what a process that died has left. */
@Injectable()
export class SpoolDrain implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly outcomes: Counter<'outcome'>;
  private readonly stopped = new AbortController();
  private draining: Promise<void> | undefined;

  constructor(
    private readonly spool: CallbackSpool,
    private readonly opener: CallbackOpener,
    private readonly inbox: CallbackInbox,
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly log: AppLogger,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter(
      'wecom_callback_spool_drained_total',
      'Callbacks taken from the local disk: stored, repeated, or refused and kept aside for a person',
      ['outcome'],
    );
  }

  onApplicationBootstrap(): void {
    this.draining = this.drainUntilStopped();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped.abort();
    await Promise.race([this.draining, sleep(SHUTDOWN_PATIENCE_MS, undefined, { ref: false })]);
  }

  private async drainUntilStopped(): Promise<void> {
    for (;;) {
      await sleep(LOOK_EVERY_MS, undefined, { signal: this.stopped.signal, ref: false }).catch(
        () => undefined,
      );
      if (this.stopped.signal.aborted) return;
      await this.drain().catch(() => undefined); // `divert` has said why; what waits is tried again
    }
  }

  /** @throws while the database is slow or gone. */
  private async drain(): Promise<void> {
    const { waitingFiles } = await this.spool.measure();
    if (waitingFiles === 0 && !this.spool.isDiverting()) return;
    await this.unitOfWork.read(undefined, () => this.database.query('SELECT 1'));
    let count = 0;
    for (const file of await this.spool.folder.claim()) {
      if (this.stopped.signal.aborted) return;
      count += await this.drainFile(file);
      this.spool.resume();
    }
    this.spool.resume();
    await this.spool.measure();
    if (count > 0) this.log.write('info', 'drained callbacks from the spool', { count });
  }

  /** The file goes when each of its lines has committed or is kept aside; what was stored before is only repeated. */
  private async drainFile(file: string): Promise<number> {
    const lines = linesOf(await this.spool.folder.read(file));
    const refused: Buffer[] = [];
    for (let start = 0; start < lines.length; start += TOGETHER_MAX) {
      const outcomes = await Promise.allSettled(
        lines.slice(start, start + TOGETHER_MAX).map((line) => this.drainLine(line)),
      );
      outcomes.forEach((outcome, index) => {
        if (outcome.status === 'rejected') throw outcome.reason as Error; // reason: pg and we throw errors only
        const line = lines[start + index];
        if (outcome.value === 'refused' && line) refused.push(line.bytes);
        this.outcomes.inc({ outcome: outcome.value });
      });
      await sleep(BREATH_MS);
    }
    if (refused.length > 0) await this.spool.folder.refuse(refused);
    await this.spool.folder.remove(file);
    return lines.length;
  }

  private async drainLine({ spooled }: SpoolLine): Promise<Outcome> {
    if (!spooled) return this.refuse(new Error('a line of the spool is damaged'));
    try {
      return (await this.store(spooled)) ? 'stored' : 'repeated';
    } catch (error) {
      if (!isFaultOfContent(error)) throw error;
      return this.refuse(error);
    }
  }

  /** The moment of arrival is what the freshness of the signature is judged by, however late this is. */
  private async store({ request, body }: SpooledCallback): Promise<boolean> {
    const { place, callback } = await this.opener.open(request, body);
    return this.inbox.put(place, callback, PATIENCE_MS);
  }

  private refuse(error: unknown): Outcome {
    this.log.write('error', 'a callback of the spool is refused and kept in its folder "refused"', { error });
    return 'refused';
  }
}
