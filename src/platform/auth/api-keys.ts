import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.js';
import { Clock } from '../clock/clock.js';
import { Ids } from '../clock/ids.js';
import { type CorpId, toPublicId } from '../context/typed-id.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { type ApiKey, ApiKeyStore, type NewApiKey } from './api-key-store.js';
import { authErrors } from './auth.errors.js';
import { Authenticator, isLive } from './authenticator.js';
import { hashOf, KEY_ID_PREFIX, type KeyKind, makeKeyText } from './key-text.js';
import type { Scope } from './scopes.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface KeyOrder {
  readonly owner: string;
  /** What the key is for; the owner when left out. */
  readonly name?: string | undefined;
  readonly expiresInDays?: number | undefined;
  /** Codes of stores that a corp key keeps to; all when left out. A code without a store gives nothing. */
  readonly storeCodes?: readonly string[] | undefined;
}

/** A key that was just made. Its text exists here only: the database has the hash. */
export interface IssuedKey {
  readonly id: string;
  readonly key: string;
  readonly row: NewApiKey;
}

/** Issues, rotates and revokes API keys. Every method joins or opens a unit of work. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: ApiKeyStore,
    private readonly authenticator: Authenticator,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Not over HTTP: whoever may use the database may make the first key. It writes its own audit entry. */
  createOperatorKey(order: KeyOrder): Promise<IssuedKey> {
    return this.unit.run(undefined, async () => {
      const issued = await this.issue('operator', null, order, []);
      await this.record('keys.create-operator', issued.id);
      return issued;
    });
  }

  /** Its actor needs no scope of its own: only operators get here. @throws `auth.corp_not_found` */
  createCorpKey(corpId: CorpId, order: KeyOrder, scopes: readonly Scope[]): Promise<IssuedKey> {
    return this.unit.run(corpId, async () => {
      if (!(await this.store.corpExists(corpId))) throw authErrors.corp_not_found();
      return this.issue('corp', corpId, order, scopes);
    });
  }

  /** The same, not over HTTP: it writes its own audit entry. @throws `auth.corp_not_found` */
  createCorpKeyHere(corpId: CorpId, order: KeyOrder, scopes: readonly Scope[]): Promise<IssuedKey> {
    return this.unit.run(corpId, async () => {
      const issued = await this.createCorpKey(corpId, order, scopes);
      await this.record('keys.create', issued.id);
      return issued;
    });
  }

  /**
   * Makes the successor of a key; the old one lives on for the overlap, so that clients change over without a gap.
   * @throws `auth.key_not_found`, `auth.key_not_live`, `auth.rotation_running` when two keys of the lineage are live
   */
  rotate(corpId: CorpId, keyId: string, overlapHours: number): Promise<IssuedKey> {
    return this.unit.run(corpId, async () => {
      const { lineageId } = await this.getOfCorp(corpId, keyId);
      const lineage = await this.store.lockLineage(lineageId);
      const old = lineage.find(({ id }) => id === keyId); // read again, now under the lock
      const now = this.clock.now();
      if (!old || !isLive(old, now)) throw authErrors.key_not_live();
      const slot = await this.freeSlot(lineage, now);
      const end = new Date(now.getTime() + overlapHours * HOUR_MS);
      if (old.expiresAt === null || old.expiresAt > end) await this.store.expireAt(old.id, end);
      this.unit.afterCommit(() => this.authenticator.forget(old.id));
      return this.insert({
        ...old,
        id: this.ids.next(),
        slot,
        rotatedFrom: old.id,
        createdAt: now,
        expiresAt: lifetimeAgain(old, now),
      });
    });
  }

  /** Works at once here and within a second in other processes. @throws `auth.key_not_found` */
  revokeOfCorp(corpId: CorpId, keyId: string): Promise<void> {
    return this.unit.run(corpId, async () => this.revokeKey(await this.getOfCorp(corpId, keyId)));
  }

  /** Any key, by its UUID, not over HTTP. It writes its own audit entry. @throws `auth.key_not_found` */
  revoke(keyId: string): Promise<void> {
    return this.unit.run(undefined, async () => {
      const key = await this.store.find(keyId);
      if (!key) throw authErrors.key_not_found();
      await this.revokeKey(key);
      await this.record('keys.revoke', keyId);
    });
  }

  /** Keys of the deployment and of every corp, the newest first; for the command line. */
  listAll(): Promise<ApiKey[]> {
    return this.unit.read(undefined, () => this.store.listAll());
  }

  private record(action: string, keyId: string): Promise<void> {
    return this.audit.append({ action, target: { keyId: toPublicId(KEY_ID_PREFIX, keyId) } });
  }

  private async revokeKey(key: ApiKey): Promise<void> {
    await this.store.revoke(key.id, this.clock.now());
    this.unit.afterCommit(() => this.authenticator.forget(key.id));
  }

  private async getOfCorp(corpId: CorpId, keyId: string): Promise<ApiKey> {
    const key = await this.store.find(keyId);
    if (!key || key.corpId !== corpId) throw authErrors.key_not_found();
    return key;
  }

  /** Slots of keys that ran out are free again; a unique index keeps a third live key out whatever happens here. */
  private async freeSlot(lineage: readonly ApiKey[], now: Date): Promise<number> {
    for (const key of lineage) {
      if (key.revokedAt === null && !isLive(key, now)) await this.store.revoke(key.id, key.expiresAt ?? now);
    }
    const taken = new Set(lineage.filter((key) => isLive(key, now)).map(({ slot }) => slot));
    const free = [1, 2].find((slot) => !taken.has(slot));
    if (free === undefined) throw authErrors.rotation_running();
    return free;
  }

  private issue(
    kind: KeyKind,
    corpId: CorpId | null,
    order: KeyOrder,
    scopes: readonly Scope[],
  ): Promise<IssuedKey> {
    const id = this.ids.next();
    const createdAt = this.clock.now();
    const { owner, name = owner, expiresInDays, storeCodes } = order;
    const expiresAt =
      expiresInDays === undefined ? null : new Date(createdAt.getTime() + expiresInDays * DAY_MS);
    const unique = [...new Set(scopes)].sort();
    return this.insert({
      id,
      kind,
      corpId,
      lineageId: id,
      slot: 1,
      owner,
      name,
      scopes: unique,
      storeCodes: storeCodes ? [...new Set(storeCodes)].sort() : null,
      createdAt,
      expiresAt,
      rotatedFrom: null,
    });
  }

  private async insert(order: Omit<NewApiKey, 'hash'>): Promise<IssuedKey> {
    const key = makeKeyText(order.kind, order.id);
    const row = { ...order, hash: hashOf(key) };
    await this.store.insert(row);
    return { id: row.id, key, row };
  }
}

/** The successor lives as long as the old key was meant to, from now on. */
function lifetimeAgain(old: ApiKey, now: Date): Date | null {
  return old.expiresAt && new Date(now.getTime() + old.expiresAt.getTime() - old.createdAt.getTime());
}
