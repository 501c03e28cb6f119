import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { CorpId } from '../../platform/context/typed-id.js';
import { Envelopes } from '../../platform/crypto/envelopes.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { wecomErrors } from '../wecom.errors.js';
import { credentialPlace } from '../connections/app.row.js';

/** A new or removed pair takes effect within this time in every process, as long as the database answers. */
const COPY_LIFE_MS = 5_000;
/** An older copy is used when the database has not answered by then: the callback itself must be answered in time. */
const LOOKUP_PATIENCE_MS = 250;
/** After a lookup that failed the copy is good for so long again, so that an outage does not delay each callback. */
const RETRY_MS = 1_000;
const REFRESH_EVERY_MS = 2_000;
/** Copies renewed in one round: with more places than that, those in use still renew themselves. */
const RENEWED_TOGETHER = 20;
/** A place takes about 1 kB. Those beyond are looked up when they are called. */
const PRELOADED_MAX = 10_000;
const PLACE_ID = /^[0-9a-f]{32}$/;

export interface CallbackCredential {
  readonly token: string;
  readonly encodingAesKey: string;
  readonly acceptedUntil: Date | null;
}

/** Who is called under one URL, and with which pairs of Token and EncodingAESKey. */
export interface CallbackPlace {
  readonly corpId: CorpId;
  readonly appId: string;
  /** What must stand in the ciphertext as receiver. */
  readonly wecomCorpId: string;
  /** Newest first; two while a new pair is being set up. */
  readonly credentials: readonly CallbackCredential[];
}

interface Copy {
  readonly place: CallbackPlace;
  untilMs: number;
}
type Found = Omit<CallbackPlace, 'credentials'>;

const FIND = `
  SELECT p.id, p.corp_id AS "corpId", p.app_id AS "appId", c.wecom_corp_id AS "wecomCorpId"
    FROM platform.callback_places p JOIN platform.corps c ON c.id = p.corp_id AND c.state = 'active'`;

/** All places of active corps, kept in memory: a callback is verified also while the database is away. */
@Injectable()
export class CallbackPlaces implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly copies = new Map<string, Copy>();
  private readonly lookups = new Map<string, Promise<CallbackPlace | undefined>>();
  private readonly stopped = new AbortController();
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.refresh();
    this.refreshing = this.refreshUntilStopped();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped.abort();
    await Promise.race([this.refreshing, sleep(LOOKUP_PATIENCE_MS, undefined, { ref: false })]);
  }

  /** @throws wecom.callback_place_unknown, also for a disconnected corp; what the database says when it is away. */
  async get(placeId: string): Promise<CallbackPlace> {
    const copy = this.copies.get(placeId);
    if (copy && copy.untilMs > this.nowMs()) return copy.place;
    const place = PLACE_ID.test(placeId) ? await this.lookUp(placeId, copy) : undefined;
    if (!place) throw wecomErrors.callback_place_unknown();
    return place;
  }

  /** After a change in this process: the next callback sees it. The copies stay for when the database is away. */
  forgetAll(): void {
    for (const copy of this.copies.values()) copy.untilMs = 0;
  }

  private async lookUp(placeId: string, copy: Copy | undefined): Promise<CallbackPlace | undefined> {
    const lookup = this.lookups.get(placeId) ?? this.startLookup(placeId);
    if (!copy) return lookup;
    const tooLong = sleep(LOOKUP_PATIENCE_MS, undefined, { ref: false }).then(() => {
      throw new Error('the lookup takes too long');
    });
    return Promise.race([lookup, tooLong]).catch(() => {
      copy.untilMs = this.nowMs() + RETRY_MS;
      return copy.place;
    });
  }

  private startLookup(placeId: string): Promise<CallbackPlace | undefined> {
    const lookup = this.load(placeId).finally(() => this.lookups.delete(placeId));
    this.lookups.set(placeId, lookup);
    return lookup;
  }

  private async load(placeId: string): Promise<CallbackPlace | undefined> {
    const found = await this.unitOfWork.read(undefined, () =>
      this.database.maybeOne<Found & { id: string }>(`${FIND} WHERE p.id = $1`, [placeId]),
    );
    if (found) return this.keep(placeId, found);
    this.copies.delete(placeId);
    return undefined;
  }

  private async refreshUntilStopped(): Promise<void> {
    for (;;) {
      await sleep(REFRESH_EVERY_MS, undefined, { signal: this.stopped.signal, ref: false }).catch(
        () => undefined,
      );
      if (this.stopped.signal.aborted) return;
      await this.refresh().catch(() => undefined); // the database is away: the copies stay as they are
    }
  }

  private async refresh(): Promise<void> {
    const active = await this.unitOfWork.read(undefined, () =>
      this.database.query<Found & { id: string }>(`${FIND} ORDER BY p.created_at LIMIT ${PRELOADED_MAX}`),
    );
    if (active.length < PRELOADED_MAX) this.dropOthers(new Set(active.map(({ id }) => id)));
    const missing = active.filter(({ id }) => !this.copies.has(id));
    const oldest = active
      .filter(({ id }) => this.copies.has(id))
      .sort((a, b) => (this.copies.get(a.id)?.untilMs ?? 0) - (this.copies.get(b.id)?.untilMs ?? 0))
      .slice(0, RENEWED_TOGETHER);
    for (const found of [...missing, ...oldest]) await this.keep(found.id, found);
  }

  private dropOthers(active: ReadonlySet<string>): void {
    for (const id of this.copies.keys()) if (!active.has(id)) this.copies.delete(id);
  }

  private async keep(placeId: string, found: Found): Promise<CallbackPlace> {
    const { corpId, appId, wecomCorpId } = found;
    const credentials = await this.loadCredentials(corpId, appId);
    const place = { corpId, appId, wecomCorpId, credentials };
    this.copies.set(placeId, { place, untilMs: this.nowMs() + COPY_LIFE_MS });
    return place;
  }

  private async loadCredentials(corpId: CorpId, appId: string): Promise<CallbackCredential[]> {
    const rows = await this.unitOfWork.read(corpId, () =>
      this.database.query<{
        id: string;
        tokenSealed: string;
        aesKeySealed: string;
        acceptedUntil: Date | null;
      }>(
        `SELECT id, token_sealed AS "tokenSealed", aes_key_sealed AS "aesKeySealed",
                accepted_until AS "acceptedUntil"
           FROM wecom.callback_credentials WHERE corp_id = $1 AND app_id = $2 ORDER BY id DESC`,
        [corpId, appId],
      ),
    );
    return rows.map((row) => ({
      token: this.envelopes.open(row.tokenSealed, credentialPlace(corpId, row.id, 'token_sealed')),
      encodingAesKey: this.envelopes.open(
        row.aesKeySealed,
        credentialPlace(corpId, row.id, 'aes_key_sealed'),
      ),
      acceptedUntil: row.acceptedUntil,
    }));
  }

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}
