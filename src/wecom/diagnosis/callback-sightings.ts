import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AppLogger } from '../../platform/logging/app-logger.js';
import type { SightingKind } from './callback-sighting.row.js';
import { CallbackSightingsStore, type Sighting } from './persistence/callback-sightings.store.js';

/** One statement for each corp in this time, however many callbacks arrive. */
const STORE_EVERY_MS = 5_000;
const CUSTOMER_EVENTS: ReadonlySet<string> = new Set([
  'change_external_contact',
  'change_external_chat',
  'change_external_tag',
]);

interface Place {
  readonly corpId: CorpId;
  readonly appId: string;
}

type Noted = Sighting & Place;

/**
 * Remembers when WeCom last called which place. What is noted is stored behind the answer, at once or within five
 * seconds: the one who notes never waits, and never learns that the database was away.
 */
@Injectable()
export class CallbackSightings implements OnModuleDestroy {
  private readonly unstored = new Map<string, Noted>();
  private timer: NodeJS.Timeout | undefined;
  private storing: Promise<void> | undefined;
  private pauseUntilMs = 0;
  private closed = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: CallbackSightingsStore,
    private readonly log: AppLogger,
  ) {}

  /** The place answered WeCom's GET with the right bytes. */
  noteVerification(place: Place, at: Date): void {
    this.note(place, 'url_verification', at);
  }

  /** @param event as `CallbackMessage` names it. */
  noteEvent(place: Place, event: string, at: Date): void {
    this.note(place, kindOf(event), at);
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.storing;
    await this.storeAll();
  }

  private note({ corpId, appId }: Place, kind: SightingKind, seenAt: Date): void {
    const noted = { corpId, appId, kind, seenAt };
    this.unstored.set(keyOf(noted), noted);
    this.schedule();
  }

  private schedule(): void {
    if (this.closed || this.timer || this.storing) return;
    const waitMs = Math.max(0, this.pauseUntilMs - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.storing = this.storeAll().finally(() => this.goOn());
    }, waitMs).unref();
  }

  private goOn(): void {
    this.storing = undefined;
    this.pauseUntilMs = performance.now() + STORE_EVERY_MS;
    if (this.unstored.size > 0) this.schedule();
  }

  private async storeAll(): Promise<void> {
    const noted = [...this.unstored.values()];
    this.unstored.clear();
    for (const corpId of new Set(noted.map((sighting) => sighting.corpId))) {
      await this.storeOf(
        corpId,
        noted.filter((sighting) => sighting.corpId === corpId),
      );
    }
  }

  /** What could not be stored waits for the next time, unless something newer came. */
  private async storeOf(corpId: CorpId, noted: readonly Noted[]): Promise<void> {
    try {
      await this.unitOfWork.run(corpId, () => this.store.put(corpId, noted));
    } catch (error) {
      this.log.write('warn', 'the time of a callback was not stored', { error });
      for (const sighting of noted) {
        const key = keyOf(sighting);
        if (!this.unstored.has(key)) this.unstored.set(key, sighting);
      }
    }
  }
}

function keyOf({ appId, kind }: Noted): string {
  return `${appId} ${kind}`;
}

function kindOf(event: string): SightingKind {
  if (CUSTOMER_EVENTS.has(event)) return 'customer_event';
  return event === 'change_contact' ? 'directory_event' : 'other_event';
}
