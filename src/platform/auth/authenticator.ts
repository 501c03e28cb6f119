import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { type ApiKey, ApiKeyStore } from './api-key-store.js';
import { authErrors } from './auth.errors.js';
import type { AuthenticatedKey } from './current-key.js';
import { toPublicId } from '../context/typed-id.js';
import { KEY_ID_PREFIX, type ParsedKey, parseKeyText } from './key-text.js';

/**
 * How long a key is believed without asking the database. A revocation works at once in the process that did it and
 * after this time, at the latest, in the others.
 */
const CACHE_MS = 1_000;
const CACHE_SIZE_MAX = 5_000;
const TOUCH_EVERY_MS = 60_000;
/** Compared with when there is no such key, so that both answers take the same path. */
const NO_HASH = Buffer.alloc(32);

interface KnownKey {
  readonly key: ApiKey;
  readonly shown: AuthenticatedKey;
  readonly until: number;
}

@Injectable()
export class Authenticator {
  private readonly cache = new Map<string, KnownKey>();

  constructor(
    private readonly unit: UnitOfWork,
    private readonly keys: ApiKeyStore,
    private readonly clock: Clock,
  ) {}

  /**
   * The key when nothing has to be asked or written for it; undefined says nothing about it, `authenticate` does.
   * @param text the key as it came with the request
   */
  recall(text: string | undefined): AuthenticatedKey | undefined {
    const parsed = text === undefined ? undefined : parseKeyText(text);
    if (!parsed) return undefined;
    const now = this.clock.now();
    const known = this.fresh(parsed.id, now);
    if (!known || !opens(known.key, parsed, now) || isTouchDue(known.key, now)) return undefined;
    return known.shown;
  }

  /**
   * @param text the key as it came with the request
   * @throws `auth.key_required`, `auth.key_invalid`
   */
  async authenticate(text: string | undefined): Promise<AuthenticatedKey> {
    if (text === undefined) throw authErrors.key_required();
    const parsed = parseKeyText(text);
    if (!parsed) throw authErrors.key_invalid();
    const now = this.clock.now();
    const known = await this.load(parsed.id, now);
    if (!opens(known?.key, parsed, now) || !known) throw authErrors.key_invalid();
    await this.touch(known, now);
    return known.shown;
  }

  /** Call after a key was revoked or rotated in this process. */
  forget(keyId: string): void {
    this.cache.delete(keyId);
  }

  private fresh(id: string, now: Date): KnownKey | undefined {
    const known = this.cache.get(id);
    const left = known ? known.until - now.getTime() : 0;
    return left > 0 && left <= CACHE_MS ? known : undefined; // more is left only when the clock was set back
  }

  private async load(id: string, now: Date): Promise<KnownKey | undefined> {
    const fresh = this.fresh(id, now);
    if (fresh) return fresh;
    const key = await this.unit.read(undefined, () => this.keys.find(id));
    this.cache.delete(id);
    if (!key) return undefined;
    const [oldest] = this.cache.keys();
    if (this.cache.size >= CACHE_SIZE_MAX && oldest !== undefined) this.cache.delete(oldest);
    const known = { key, shown: shownOf(key), until: now.getTime() + CACHE_MS };
    this.cache.set(id, known);
    return known;
  }

  private async touch({ key }: KnownKey, now: Date): Promise<void> {
    if (!isTouchDue(key, now)) return;
    const notBefore = new Date(now.getTime() - TOUCH_EVERY_MS);
    const known = this.cache.get(key.id);
    if (known) this.cache.set(key.id, { ...known, key: { ...known.key, lastUsedAt: now } });
    await this.unit.run(undefined, () => this.keys.touch(key.id, now, notBefore));
  }
}

/** The same steps for a key that does not exist as for one that does. */
function opens(key: ApiKey | undefined, parsed: ParsedKey, now: Date): boolean {
  const same = timingSafeEqual(parsed.hash, key?.hash ?? NO_HASH);
  return key !== undefined && same && key.kind === parsed.kind && isLive(key, now);
}

function isTouchDue({ lastUsedAt }: ApiKey, now: Date): boolean {
  return lastUsedAt === null || lastUsedAt.getTime() <= now.getTime() - TOUCH_EVERY_MS;
}

function shownOf({ id, kind, owner, scopes, storeCodes, corpId }: ApiKey): AuthenticatedKey {
  const publicId = toPublicId(KEY_ID_PREFIX, id);
  return { id, publicId, kind, owner, scopes, storeCodes, ...(corpId && { corpId }) };
}

export function isLive(key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now);
}

/** The key in `Authorization: Bearer <key>`, or as the password of Basic, which a browser asks for (reading only). */
export function keyTextOf(authorization: string | undefined, method: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic) +(\S{1,400})$/i.exec(authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return credentials;
  // A browser sends Basic by itself, also for a request that another site started: so it may only read.
  if (scheme.toLowerCase() !== 'basic' || (method !== 'GET' && method !== 'HEAD')) return undefined;
  const [, password] = /^[^:]*:(.+)$/s.exec(Buffer.from(credentials, 'base64').toString('utf8')) ?? [];
  return password;
}
