import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { requestContext } from '../../../../platform/context/request-context.js';
import { Events } from '../../../../platform/events/events.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { HONOURS_PER_EVENT_MAX, honourGranted, honourRevoked } from '../../loyalty.events.js';
import { periodOf } from '../../programs/domain/program-time.js';
import { PersonMembers, type ProgramMember } from '../../programs/persistence/person-members.js';
import { Programs } from '../../programs/queries/programs.js';
import { type GrantSource, grantExpiry, type Honour } from '../domain/honour.js';
import { honoursErrors } from '../honours.errors.js';
import { GrantStore, type HonourGrant, type NewGrant } from '../persistence/grant-store.js';
import { HonourStore } from '../persistence/honour-store.js';

export interface HonourToGrant {
  readonly honourId: string;
  readonly memberId: string;
  /** Which period of the honour it is for, `2026-W47`; the present one of the program's calendar when left out. */
  readonly period?: string;
  /** Where the person is known: the members that he is. Of a rule, what one of them has is not given again. */
  readonly person?: readonly string[];
  /** `rule`: one that was revoked in the period is not given again. */
  readonly source: GrantSource;
  readonly reason?: string;
}

export type GrantOutcome =
  | { readonly outcome: 'granted'; readonly grantId: string }
  /** held: he has it in this period already. */
  | { readonly outcome: 'refused'; readonly code: string };

export const GRANTS_PER_CALL_MAX = 1_000;

/**
 * Gives medals, titles and privileges, and takes them back. Inside an open unit of work, which it joins. A member has an
 * honour at most once a period, whoever grants it at the same time: an index sees to it.
 */
@Injectable()
export class Honours {
  constructor(
    private readonly honours: HonourStore,
    private readonly grants: GrantStore,
    private readonly programs: Programs,
    private readonly members: PersonMembers,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * A fixed number of statements, however many.
   * @param items at most 1,000
   * @returns a result for each, in order: granted, or `loyalty.honour_held`, `honour_not_found`, `honour_ended`,
   * `member_not_found`
   */
  async grant(items: readonly HonourToGrant[]): Promise<GrantOutcome[]> {
    if (items.length === 0) return [];
    const honours = await this.honours.ofIds([...new Set(items.map(({ honourId }) => honourId))]);
    const members = await this.members.ofIds([...new Set(items.map(({ memberId }) => memberId))]);
    const programs = await this.programs.recently([...honours.values()].map(({ programId }) => programId));
    const wishes = items.map((item) => {
      const honour = honours.get(item.honourId);
      const code = refusalOf(honour, members.get(item.memberId));
      const zone = honour && programs.get(honour.programId)?.timeZone;
      return honour && zone && !code
        ? this.draft(item, honour, zone)
        : (code ?? honoursErrors.honour_not_found.code);
    });
    const drafts = wishes.filter((wish) => typeof wish !== 'string');
    const added = await this.grants.add(drafts);
    await this.tell(
      honourGranted,
      drafts.filter(({ id }) => added.has(id)),
      members,
    );
    return wishes.map((wish) => {
      if (typeof wish === 'string') return { outcome: 'refused', code: wish };
      if (added.has(wish.id)) return { outcome: 'granted', grantId: wish.id };
      return { outcome: 'refused', code: honoursErrors.honour_held.code };
    });
  }

  /** Why none of these members, who are one person, can get it: one has it in its present period, be it expired, or it ended. */
  async refusalFor(
    honourId: string,
    memberIds: readonly string[],
  ): Promise<'honour_held' | 'honour_ended' | undefined> {
    const honour = (await this.honours.ofIds([honourId])).get(honourId);
    if (!honour || honour.endedAt) return 'honour_ended';
    const { timeZone } = await this.programs.get(honour.programId);
    const { key } = periodOf(this.clock.now(), timeZone, honour.period);
    return (await this.grants.isHeld(honourId, memberIds, key)) ? 'honour_held' : undefined;
  }

  /** Revoking again changes nothing. @throws loyalty.honour_grant_not_found */
  async revoke(grantId: string, reason: string): Promise<HonourGrant> {
    const revoked = await this.grants.revoke(grantId, reason, this.clock.now());
    if (revoked) {
      await this.tell(honourRevoked, [revoked], await this.members.ofIds([revoked.memberId]));
      return revoked;
    }
    const known = await this.grants.find(grantId);
    if (!known) throw honoursErrors.honour_grant_not_found();
    return known;
  }

  private draft(item: HonourToGrant, honour: Honour, timeZone: string): NewGrant {
    const now = this.clock.now();
    const actor = requestContext.current()?.actor;
    return {
      id: this.ids.next(),
      honourId: honour.id,
      memberId: item.memberId,
      person: item.person ?? [item.memberId],
      period: item.period ?? periodOf(now, timeZone, honour.period).key,
      source: item.source,
      reason: item.reason ?? null,
      actorKind: actor?.kind ?? 'system',
      actorId: actor?.id ?? 'system',
      grantedAt: now,
      expiresAt: grantExpiry(honour, now),
    };
  }

  private async tell(
    event: typeof honourGranted,
    grants: readonly Pick<HonourGrant, 'id' | 'honourId' | 'memberId'>[],
    members: ReadonlyMap<string, ProgramMember>,
  ): Promise<void> {
    const told = grants.map(({ id, honourId, memberId }) => ({
      grantId: id,
      honourId,
      memberId,
      customerId: members.get(memberId)?.customerId ?? '',
    }));
    for (let from = 0; from < told.length; from += HONOURS_PER_EVENT_MAX)
      await this.events.append(event, { grants: told.slice(from, from + HONOURS_PER_EVENT_MAX) });
  }
}

function refusalOf(honour: Honour | undefined, member: ProgramMember | undefined): string | undefined {
  if (!honour) return honoursErrors.honour_not_found.code;
  if (!member) return loyaltyErrors.member_not_found.code;
  if (member.programId !== honour.programId) return honoursErrors.honour_not_found.code;
  return honour.endedAt ? honoursErrors.honour_ended.code : undefined;
}
