import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { type ApiKey, ApiKeyStore } from './api-key-store.js';
import { authErrors } from './auth.errors.js';
import type { AuthenticatedKey } from './current-key.js';
import { parseKeyText } from './key-text.js';

/**
 * How long a key is believed without asking the database. A revocation works at once in the process that did it and
 * after this time, at the latest, in the others.
 */
const CACHE_MS = 1_000;
const CACHE_SIZE_MAX = 5_000;
const TOUCH_EVERY_MS = 60_000;
/** Compared with when there is no such key, so that both answers take the same path. */
const NO_HASH = Buffer.alloc(32);

@Injectable()
export class Authenticator {
  private readonly cache = new Map<string, { key: ApiKey; until: number }>();

  constructor(
    private readonly unit: UnitOfWork,
    private readonly keys: ApiKeyStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @param text the key as it came with the request
   * @throws `auth.key_required`, `auth.key_invalid`
   */
  async authenticate(text: string | undefined): Promise<AuthenticatedKey> {
    if (text === undefined) throw authErrors.key_required();
    const parsed = parseKeyText(text);
    if (!parsed) throw authErrors.key_invalid();
    const now = this.clock.now();
    const key = await this.load(parsed.id, now);
    const same = timingSafeEqual(parsed.hash, key?.hash ?? NO_HASH);
    if (!key || !same || key.kind !== parsed.kind || !isLive(key, now)) throw authErrors.key_invalid();
    await this.touch(key, now);
    return {
      id: key.id,
      kind: key.kind,
      owner: key.owner,
      scopes: key.scopes,
      ...(key.corpId && { corpId: key.corpId }),
    };
  }

  /** Call after a key was revoked or rotated in this process. */
  forget(keyId: string): void {
    this.cache.delete(keyId);
  }

  private async load(id: string, now: Date): Promise<ApiKey | undefined> {
    const known = this.cache.get(id);
    const left = known ? known.until - now.getTime() : 0;
    if (known && left > 0 && left <= CACHE_MS) return known.key; // more is left only when the clock was set back
    const key = await this.unit.read(undefined, () => this.keys.find(id));
    this.cache.delete(id);
    if (!key) return undefined;
    const [oldest] = this.cache.keys();
    if (this.cache.size >= CACHE_SIZE_MAX && oldest !== undefined) this.cache.delete(oldest);
    this.cache.set(id, { key, until: now.getTime() + CACHE_MS });
    return key;
  }

  private async touch(key: ApiKey, now: Date): Promise<void> {
    const notBefore = new Date(now.getTime() - TOUCH_EVERY_MS);
    if (key.lastUsedAt && key.lastUsedAt > notBefore) return;
    const known = this.cache.get(key.id);
    if (known) this.cache.set(key.id, { ...known, key: { ...known.key, lastUsedAt: now } });
    await this.unit.run(undefined, () => this.keys.touch(key.id, now, notBefore));
  }
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
