import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { GrantSource } from '../domain/honour.js';

export interface HonourGrant {
  readonly id: string;
  readonly honourId: string;
  readonly memberId: string;
  readonly period: string;
  readonly source: GrantSource;
  readonly reason: string | null;
  readonly actorKind: string;
  readonly actorId: string;
  readonly grantedAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly revokedReason: string | null;
}

export interface NewGrant extends Omit<HonourGrant, 'revokedAt' | 'revokedReason'> {
  /** All members that are one person with this one; a rule gives nothing again that one of them got. */
  readonly person: readonly string[];
}

const COLUMNS = `g.id, g.honour_id AS "honourId", g.member_id AS "memberId", g.period, g.source, g.reason,
  g.actor_kind AS "actorKind", g.actor_id AS "actorId", g.granted_at AS "grantedAt", g.expires_at AS "expiresAt",
  g.revoked_at AS "revokedAt", g.revoked_reason AS "revokedReason"`;

@Injectable()
export class GrantStore {
  constructor(private readonly database: Database) {}

  /**
   * One statement; the index honour_grants_once_idx lets each honour in once a member and period, whoever grants meanwhile.
   * Sorted, so that two who grant the same ones never wait for each other in a ring.
   * @returns the ids of those that are new
   */
  async add(grants: readonly NewGrant[]): Promise<Set<string>> {
    if (grants.length === 0) return new Set();
    const rows = await this.database.query<{ id: string }>(
      `INSERT INTO loyalty.honour_grants (corp_id, id, honour_id, member_id, period, source, reason, actor_kind, actor_id,
              granted_at, expires_at)
       SELECT $1, g.id, g."honourId", g."memberId", g.period, g.source, g.reason, g."actorKind", g."actorId",
              g."grantedAt", g."expiresAt"
         FROM jsonb_to_recordset($2::jsonb) AS g(id uuid, "honourId" uuid, "memberId" uuid, person uuid[], period text, source text,
              reason text, "actorKind" text, "actorId" text, "grantedAt" timestamptz, "expiresAt" timestamptz)
        WHERE g.source <> 'rule' OR NOT EXISTS (
              SELECT FROM loyalty.honour_grants old WHERE old.corp_id = $1 AND old.member_id = ANY (g.person)
                 AND old.honour_id = g."honourId" AND old.period = g.period)
        ORDER BY g."memberId", g."honourId", g.period
       ON CONFLICT (corp_id, member_id, honour_id, period) WHERE revoked_at IS NULL DO NOTHING
       RETURNING id`,
      [this.database.corpId, JSON.stringify(grants)],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async isHeld(honourId: string, memberIds: readonly string[], period: string): Promise<boolean> {
    const { held } = await this.database.one<{ held: boolean }>(
      `SELECT EXISTS (SELECT FROM loyalty.honour_grants
                WHERE corp_id = $1 AND member_id = ANY($2::uuid[]) AND honour_id = $3 AND period = $4
                  AND revoked_at IS NULL) AS held`,
      [this.database.corpId, memberIds, honourId, period],
    );
    return held;
  }

  find(id: string): Promise<HonourGrant | undefined> {
    return this.database.maybeOne<HonourGrant>(
      `SELECT ${COLUMNS} FROM loyalty.honour_grants g WHERE g.corp_id = $1 AND g.id = $2`,
      [this.database.corpId, id],
    );
  }

  /** @returns undefined: it is revoked already, or unknown */
  revoke(id: string, reason: string, at: Date): Promise<HonourGrant | undefined> {
    return this.database.maybeOne<HonourGrant>(
      `UPDATE loyalty.honour_grants g SET revoked_at = $4, revoked_reason = $3
        WHERE g.corp_id = $1 AND g.id = $2 AND g.revoked_at IS NULL RETURNING ${COLUMNS}`,
      [this.database.corpId, id, reason, at],
    );
  }
}
