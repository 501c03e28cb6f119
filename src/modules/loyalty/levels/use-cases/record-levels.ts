import { Injectable } from '@nestjs/common';
import { requestContext } from '../../../../platform/context/request-context.js';
import { Events } from '../../../../platform/events/events.js';
import {
  type BenefitsGranted,
  benefitsGranted,
  type LevelChanged,
  levelChanged,
  type LevelExpiring,
  levelExpiring,
} from '../../loyalty.events.js';
import type { LevelBenefit, LevelTable } from '../domain/level-table.js';
import type { LevelFact, Moved } from '../domain/level-state.js';
import { type LevelGrant, LevelHistoryStore, type LevelStart } from '../persistence/level-history-store.js';
import { MemberLevelStore, type StoredLevel } from '../persistence/member-level-store.js';

const PER_EVENT_MAX = 500;

/** A member before, and what the rules made of him. */
export interface Move {
  readonly before: StoredLevel;
  readonly moved: Moved;
}

export interface DueBenefit {
  readonly memberId: string;
  readonly customerId: string;
  readonly level: string;
  readonly benefit: LevelBenefit;
  readonly period: string;
  readonly at: Date;
}

type Told<Kind extends LevelFact['kind']> = Extract<LevelFact, { kind: Kind }> & {
  readonly holder: StoredLevel;
};

/** Stores what became of members of one program, and tells it. Inside an open unit of work that holds their rows. */
@Injectable()
export class RecordLevels {
  constructor(
    private readonly levels: MemberLevelStore,
    private readonly history: LevelHistoryStore,
    private readonly events: Events,
  ) {}

  /** @param note why, when a person did it. */
  async record(table: LevelTable, moves: readonly Move[], note: string | null = null): Promise<void> {
    await this.levels.save(
      moves.map(({ before, moved }) => ({
        ...before,
        ...moved.member,
        version: before.version + moved.facts.filter(isNews).length,
      })),
    );
    await this.tell(table, moves, note);
  }

  /** As above, where the rows are stored already. */
  async tell(table: LevelTable, moves: readonly Move[], note: string | null = null): Promise<void> {
    const changed = told(moves, 'changed');
    await this.history.insert(changed.map((fact) => startOf(table, fact, note)));
    await this.tellChanges(table, changesOf(moves));
    await this.tellExpiring(table, told(moves, 'expiring'));
    await this.grant(
      table,
      told(moves, 'granted').map(({ holder, ...fact }) => ({ ...fact, ...holderOf(holder) })),
    );
  }

  async tellChanges(table: LevelTable, changes: LevelChanged['changes']): Promise<void> {
    const { programId, programKey, levels } = table;
    const names = Object.fromEntries(
      levels.map(({ key, nameZh, nameEn }) => [key, { zh: nameZh, en: nameEn }]),
    );
    for (const part of parts(changes)) {
      await this.events.append(levelChanged, { programId, programKey, names, changes: part });
    }
  }

  private async tellExpiring({ programId }: LevelTable, facts: readonly Told<'expiring'>[]): Promise<void> {
    const members = facts.map(({ holder, level, to, missing, retainUntil }): LevelExpiring['members'][0] => ({
      memberId: holder.memberId,
      customerId: holder.customerId,
      level,
      to,
      missing,
      retainUntil: retainUntil.toISOString(),
    }));
    for (const part of parts(members)) await this.events.append(levelExpiring, { programId, members: part });
  }

  /** Each benefit once for a member, a level and a period, whoever else grants it, too. */
  async grant(table: LevelTable, due: readonly DueBenefit[]): Promise<void> {
    const rows = due.map(({ memberId, level, benefit, period, at }): LevelGrant => ({
      memberId,
      level,
      benefit: benefit.key,
      period,
      tableId: table.id,
      grantedAt: at,
    }));
    const fresh = new Set((await this.history.grant(rows)).map(grantKey));
    const news = due.filter((_, index) => rows[index] && fresh.delete(grantKey(rows[index])));
    const grants = news.map(
      ({ memberId, customerId, level, benefit, period }): BenefitsGranted['grants'][0] => ({
        memberId,
        customerId,
        level,
        benefit: benefit.key,
        period,
        kind: benefit.kind,
        ...(benefit.points !== undefined && { points: benefit.points }),
        ...(benefit.honourId !== undefined && { honourId: benefit.honourId }),
      }),
    );
    for (const part of parts(grants)) {
      await this.events.append(benefitsGranted, { programId: table.programId, grants: part });
    }
  }
}

function holderOf({ memberId, customerId }: StoredLevel): { memberId: string; customerId: string } {
  return { memberId, customerId };
}

export function actorNow(): string {
  const { actor } = requestContext.current() ?? {};
  return actor ? `${actor.kind}:${actor.id}` : 'system';
}

function startOf(table: LevelTable, fact: Told<'changed'>, note: string | null): LevelStart {
  const { holder, at, from, to, reason, score } = fact;
  const { memberId } = holder;
  return {
    memberId,
    startedAt: at,
    level: to,
    fromLevel: from,
    reason,
    score,
    tableId: table.id,
    note,
    actor: actorNow(),
  };
}

/** A level that was only locked or unlocked is the same for everybody else. */
function isNews(fact: LevelFact): fact is Extract<LevelFact, { kind: 'changed' }> {
  return fact.kind === 'changed' && fact.from !== fact.to;
}

/** Of several changes each has a version of its own. */
function changesOf(moves: readonly Move[]): LevelChanged['changes'] {
  return moves.flatMap(({ before: { memberId, customerId, version }, moved }) =>
    moved.facts.filter(isNews).map(({ from, to, reason }, index) => ({
      memberId,
      customerId,
      from,
      to,
      reason,
      version: version + index + 1,
    })),
  );
}

function told<Kind extends LevelFact['kind']>(moves: readonly Move[], kind: Kind): Told<Kind>[] {
  return moves.flatMap(({ before, moved }) =>
    moved.facts
      .filter((fact): fact is Extract<LevelFact, { kind: Kind }> => fact.kind === kind)
      .map((fact) => ({ ...fact, holder: before })),
  );
}

function grantKey({ memberId, level, benefit, period }: LevelGrant): string {
  return `${memberId} ${level} ${benefit} ${period}`;
}

function parts<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / PER_EVENT_MAX) }, (_, index) =>
    all.slice(index * PER_EVENT_MAX, (index + 1) * PER_EVENT_MAX),
  );
}
