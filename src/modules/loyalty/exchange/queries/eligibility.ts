import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Honours } from '../../honours/use-cases/honours.js';
import { PersonLevels } from '../../levels/queries/person-levels.js';
import type { Benefit, Wish } from '../domain/benefit.js';
import { ExchangeStore } from '../persistence/exchange-store.js';

/** What decides whether somebody can have a benefit. Inside an open unit of work in which it is his turn. */
@Injectable()
export class Eligibility {
  constructor(
    private readonly exchanges: ExchangeStore,
    private readonly honours: Honours,
    private readonly levels: PersonLevels,
    private readonly clock: Clock,
  ) {}

  /** @returns pieces: the numbers of those that the person has */
  async of(
    benefit: Benefit,
    asker: { memberId: string; memberIds: readonly string[]; isForPoints: boolean },
  ): Promise<{ wish: Wish; pieces: number[] }> {
    const pieces = await this.exchanges.piecesOf(benefit.id, asker.memberIds);
    const { honourId } = benefit;
    const wish: Wish = {
      now: this.clock.now(),
      held: pieces.length,
      honourRefusal: honourId === null ? undefined : await this.honours.refusalFor(honourId, asker.memberIds),
      reachesLevel:
        benefit.levelKey === null ||
        (await this.levels.reaches(benefit.programId, asker.memberIds, benefit.levelKey)),
      isForPoints: asker.isForPoints,
    };
    return { wish, pieces };
  }
}
