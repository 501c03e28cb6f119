import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import { PersonMembers } from '../../programs/persistence/person-members.js';
import type { Honour, HonourKind } from '../domain/honour.js';
import { honoursErrors } from '../honours.errors.js';
import type { HonourGrant } from '../persistence/grant-store.js';
import { HonourStore } from '../persistence/honour-store.js';

export interface HeldHonour extends HonourGrant {
  readonly key: string;
  readonly kind: HonourKind;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly mark: string | null;
  /** Neither expired nor revoked. */
  readonly isActive: boolean;
}

export interface HeldOptions {
  readonly onlyActive?: boolean;
  /** The id of the last one of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Honours as the API shows them. Inside an open unit of work. */
@Injectable()
export class ShowHonours {
  constructor(
    private readonly database: Database,
    private readonly store: HonourStore,
    private readonly members: PersonMembers,
    private readonly clock: Clock,
  ) {}

  listOf(programId: string): Promise<Honour[]> {
    return this.store.listOf(programId);
  }

  /** @throws loyalty.honour_not_found */
  async get(id: string): Promise<Honour> {
    const honour = (await this.store.ofIds([id])).get(id);
    if (!honour) throw honoursErrors.honour_not_found();
    return honour;
  }

  /** Over all members that are one person with this one. @throws loyalty.member_not_found */
  async listOfPerson(memberId: string, options: HeldOptions): Promise<HeldHonour[]> {
    const { memberIds } = await this.members.get(memberId);
    return this.listOfMembers(memberIds, options);
  }

  /** What these members have or had, the newest first: their ids follow time. Along honour_grants_member_idx. */
  listOfMembers(
    memberIds: readonly string[],
    options: HeldOptions & { grantId?: string },
  ): Promise<HeldHonour[]> {
    const params: unknown[] = [this.database.corpId, memberIds, this.clock.now(), options.limit];
    const conditions = ['g.corp_id = $1', 'g.member_id = ANY($2::uuid[])'];
    if (options.after) conditions.push(`g.id < $${params.push(options.after)}`);
    if (options.grantId) conditions.push(`g.id = $${params.push(options.grantId)}`);
    if (options.onlyActive) conditions.push('g.revoked_at IS NULL AND (g.expires_at <= $3) IS NOT TRUE');
    return this.database.query<HeldHonour>(
      `SELECT g.id, g.honour_id AS "honourId", g.member_id AS "memberId", g.period, g.source, g.reason,
              g.actor_kind AS "actorKind", g.actor_id AS "actorId", g.granted_at AS "grantedAt",
              g.expires_at AS "expiresAt", g.revoked_at AS "revokedAt", g.revoked_reason AS "revokedReason",
              h.key, h.kind, h.name_zh AS "nameZh", h.name_en AS "nameEn", h.mark,
              g.revoked_at IS NULL AND (g.expires_at <= $3) IS NOT TRUE AS "isActive"
         FROM loyalty.honour_grants g JOIN loyalty.honours h ON h.corp_id = g.corp_id AND h.id = g.honour_id
        WHERE ${conditions.join(' AND ')} ORDER BY g.id DESC LIMIT $4`,
      params,
    );
  }
}
