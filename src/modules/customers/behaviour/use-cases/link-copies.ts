import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { LinkStore, type OpenableLink } from '../persistence/link-store.js';

/** A link that was switched off leads nowhere after this time in every process, as long as the database answers. */
const COPY_LIFE_MS = 5_000;
/** An older copy is used when the database has not answered by then. */
const PATIENCE_MS = 250;
/** Whoever opens a link that is not here waits so long, and no longer. */
const PATIENCE_WITHOUT_COPY_MS = 3_000;
/** 5 MB. Those beyond are looked up when they are opened. */
const COPIES_MAX = 10_000;
const CODE = /^[A-Za-z0-9_-]{22}$/;

interface Copy {
  readonly link: OpenableLink;
  untilMs: number;
}

/** Links that were opened lately: they still lead somewhere while the database is away. */
@Injectable()
export class LinkCopies {
  private readonly copies = new Map<string, Copy>();
  private readonly lookups = new Map<string, Promise<OpenableLink | undefined>>();

  constructor(
    private readonly store: LinkStore,
    private readonly clock: Clock,
  ) {}

  /** @returns undefined for what leads nowhere: unknown, switched off, expired. @throws http.unavailable, without a copy. */
  async find(code: string): Promise<OpenableLink | undefined> {
    if (!CODE.test(code)) return undefined;
    const now = this.clock.now();
    const copy = this.copies.get(code);
    const isFresh = copy !== undefined && copy.untilMs > now.getTime();
    const link = isFresh ? copy.link : await this.lookUp(code, copy);
    const leads = link?.enabled && (link.expiresAt === null || link.expiresAt > now);
    return leads ? link : undefined;
  }

  private async lookUp(code: string, copy: Copy | undefined): Promise<OpenableLink | undefined> {
    const lookup = this.lookups.get(code) ?? this.startLookup(code);
    const patience = copy ? PATIENCE_MS : PATIENCE_WITHOUT_COPY_MS;
    const tooLong = sleep(patience, undefined, { ref: false }).then(() => {
      throw httpErrors.unavailable();
    });
    try {
      return await Promise.race([lookup, tooLong]);
    } catch (error) {
      if (!copy) throw error;
      copy.untilMs = this.clock.now().getTime() + COPY_LIFE_MS; // an outage does not delay each open
      return copy.link;
    } finally {
      tooLong.catch(() => undefined);
    }
  }

  private startLookup(code: string): Promise<OpenableLink | undefined> {
    const lookup = this.load(code).finally(() => this.lookups.delete(code));
    lookup.catch(() => undefined); // whoever waits for it hears of it; perhaps nobody does any more
    this.lookups.set(code, lookup);
    return lookup;
  }

  private async load(code: string): Promise<OpenableLink | undefined> {
    const link = await this.store.findByCode(code);
    this.copies.delete(code); // a new copy stands at the end, behind those that are older
    if (!link) return undefined;
    const [oldest] = this.copies.keys();
    if (this.copies.size >= COPIES_MAX && oldest !== undefined) this.copies.delete(oldest);
    this.copies.set(code, { link, untilMs: this.clock.now().getTime() + COPY_LIFE_MS });
    return link;
  }
}
