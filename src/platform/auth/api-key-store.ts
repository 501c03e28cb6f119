import { Injectable } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import type { KeyKind } from './key-text.js';
import type { Scope } from './scopes.js';

export interface ApiKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly corpId: CorpId | null;
  /** The first key of the rotations that led to this one. At most two keys of a lineage are not revoked. */
  readonly lineageId: string;
  readonly slot: number;
  readonly owner: string;
  readonly name: string;
  readonly scopes: Scope[];
  /** Codes of the stores that the key keeps to; null: it is bound to none. */
  readonly storeCodes: string[] | null;
  readonly hash: Buffer;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly rotatedFrom: string | null;
}

export type NewApiKey = Omit<ApiKey, 'revokedAt' | 'lastUsedAt'>;

const COLUMNS = `id, kind, corp_id AS "corpId", lineage_id AS "lineageId", slot, owner, name, scopes, store_codes AS "storeCodes",
  hash, created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt",
  rotated_from AS "rotatedFrom"`;

/** Statements on platform.api_keys. The table has no tenant wall: statements for a corp name it. */
@Injectable()
export class ApiKeyStore {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<ApiKey | undefined> {
    return this.database.maybeOne<ApiKey>(`SELECT ${COLUMNS} FROM platform.api_keys WHERE id = $1`, [id]);
  }

  /**
   * All keys of a lineage, of which rotations take turns. Two statements: one alone would wait for the lock and then still
   * not see the key that the other rotation has inserted.
   */
  async lockLineage(lineageId: string): Promise<ApiKey[]> {
    await this.database.query('SELECT 1 FROM platform.api_keys WHERE id = $1 FOR UPDATE', [lineageId]);
    return this.database.query<ApiKey>(`SELECT ${COLUMNS} FROM platform.api_keys WHERE lineage_id = $1`, [
      lineageId,
    ]);
  }

  listOfCorp(corpId: CorpId, limit: number, afterId?: string): Promise<ApiKey[]> {
    return this.database.query<ApiKey>(
      `SELECT ${COLUMNS} FROM platform.api_keys
        WHERE corp_id = $1 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $2`,
      [corpId, limit, afterId ?? null],
    );
  }

  listAll(): Promise<ApiKey[]> {
    return this.database.query<ApiKey>(`SELECT ${COLUMNS} FROM platform.api_keys ORDER BY id DESC`);
  }

  async corpExists(corpId: CorpId): Promise<boolean> {
    return (
      (await this.database.maybeOne('SELECT 1 FROM platform.corps WHERE id = $1', [corpId])) !== undefined
    );
  }

  async insert(key: NewApiKey): Promise<void> {
    await this.database.query(
      `INSERT INTO platform.api_keys
        (id, kind, corp_id, lineage_id, slot, owner, name, scopes, store_codes, hash, created_at, expires_at,
         rotated_from)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        key.id,
        key.kind,
        key.corpId,
        key.lineageId,
        key.slot,
        key.owner,
        key.name,
        key.scopes,
        key.storeCodes,
        key.hash,
        key.createdAt,
        key.expiresAt,
        key.rotatedFrom,
      ],
    );
  }

  /** Revoked once is revoked: a second call changes nothing. */
  async revoke(id: string, at: Date): Promise<void> {
    await this.database.query(
      'UPDATE platform.api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL',
      [id, at],
    );
  }

  async expireAt(id: string, at: Date): Promise<void> {
    await this.database.query('UPDATE platform.api_keys SET expires_at = $2 WHERE id = $1', [id, at]);
  }

  /** Writes at most once in the given span, whichever process comes first. */
  async touch(id: string, at: Date, notBefore: Date): Promise<void> {
    await this.database.query(
      'UPDATE platform.api_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $3)',
      [id, at, notBefore],
    );
  }
}
