import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { type RequestContext, requestContext } from '../../../../platform/context/request-context.js';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { EventDraft, EventKey } from '../domain/customer-event.js';
import { LINK_OPENED, LINKS_SOURCE } from '../domain/event-type.js';
import { LinkStore, type OpenableLink } from '../persistence/link-store.js';
import { RecordEvents } from './record-events.js';

export const LINK_ID_PREFIX = 'tlk';
const MINUTE_MS = 60_000;
const RETRY_MS = 1_000;
const TOGETHER_MAX = 500;
/** 5 MB: while the database is away, opens of so many links and minutes are remembered. */
const NOTED_MAX = 10_000;
const LAST_FLUSH_MS = 3_000;
const OWN_CONTEXT: RequestContext = {
  requestId: LINKS_SOURCE,
  actor: { kind: 'system', id: LINKS_SOURCE, label: 'tracked links' },
};

/** Opens of one link in one minute. */
interface Noted {
  readonly link: OpenableLink;
  readonly at: Date;
  opens: number;
}

/**
 * Remembers who opened what and writes it behind the redirect, those that came meanwhile together: nobody waits for it.
 * A process that is killed forgets what it has not written, a few milliseconds of opens (docs/adr/0017).
 */
@Injectable()
export class LinkOpens implements OnModuleDestroy {
  private readonly logger = new Logger('LinkOpens');
  private readonly stopped = new AbortController();
  private noted = new Map<string, Noted>();
  private writing: Promise<void> | undefined;

  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: LinkStore,
    private readonly recording: RecordEvents,
    private readonly clock: Clock,
  ) {}

  /** An open of a personal link becomes an event of its customer, one a minute: who reloads has not come again. */
  note(link: OpenableLink): void {
    const at = this.clock.now();
    const key = `${link.id}:${Math.floor(at.getTime() / MINUTE_MS)}`;
    const noted = this.noted.get(key);
    if (noted) noted.opens++;
    else if (this.noted.size < NOTED_MAX) this.noted.set(key, { link, at, opens: 1 });
    else return;
    if (!this.writing) this.startWriting();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped.abort();
    await Promise.race([this.writing, sleep(LAST_FLUSH_MS, undefined, { ref: false })]);
    if (this.noted.size > 0) this.logger.error(`opens of ${this.noted.size} links were not written`);
  }

  /** In a context of its own: the request that came first does not stand for those that came with it. */
  private startWriting(): void {
    this.writing = requestContext
      .run(OWN_CONTEXT, () => this.writeUntilNothingIsLeft())
      .finally(() => {
        this.writing = undefined;
        if (this.noted.size > 0 && !this.stopped.signal.aborted) this.startWriting(); // noted in the last moment
      });
  }

  private async writeUntilNothingIsLeft(): Promise<void> {
    while (this.noted.size > 0) {
      const taken = this.take();
      try {
        await this.write(taken);
      } catch (error) {
        for (const [key, noted] of taken) this.putBack(key, noted);
        if (this.stopped.signal.aborted) return;
        this.logger.warn(
          `opens of links wait for the database: ${error instanceof Error ? error.name : 'error'}`,
        );
        await sleep(RETRY_MS, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** Of one corp. */
  private take(): Map<string, Noted> {
    const [first] = this.noted.values();
    const taken = new Map(
      [...this.noted].filter(([, { link }]) => link.corpId === first?.link.corpId).slice(0, TOGETHER_MAX),
    );
    for (const key of taken.keys()) this.noted.delete(key);
    return taken;
  }

  private putBack(key: string, noted: Noted): void {
    const since = this.noted.get(key);
    this.noted.set(key, since ? { ...noted, opens: noted.opens + since.opens } : noted);
  }

  private async write(taken: ReadonlyMap<string, Noted>): Promise<void> {
    const [first] = taken.values();
    if (!first) return;
    await this.unit.run(first.link.corpId, async () => {
      await this.store.addOpens(sumByLink([...taken.values()]));
      await this.recording.recordOwn([...taken].flatMap(eventOf));
    });
  }
}

function sumByLink(noted: readonly Noted[]): { id: string; opens: number; at: Date }[] {
  const sums = new Map<string, { id: string; opens: number; at: Date }>();
  for (const { link, opens, at } of noted) {
    const sum = sums.get(link.id);
    sums.set(link.id, {
      id: link.id,
      opens: opens + (sum?.opens ?? 0),
      at: sum && sum.at > at ? sum.at : at,
    });
  }
  // in one order, so that two processes with the same links wait instead of deadlocking
  return [...sums.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function eventOf([key, { link, at }]: [string, Noted]): { key: EventKey; draft: EventDraft }[] {
  const { customerId, id, title } = link;
  if (customerId === null) return [];
  const data = { linkId: toPublicId(LINK_ID_PREFIX, id), ...(title !== null && { title }) };
  return [
    {
      key: { source: LINKS_SOURCE, externalId: key },
      draft: { type: LINK_OPENED, at, customer: { customerId }, data },
    },
  ];
}
