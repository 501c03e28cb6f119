import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { CustomersFacade } from '../../../customers/index.js';
import { type HeldHonour, ShowHonours } from '../../honours/queries/show-honours.js';
import type { Level } from '../../levels/domain/level-table.js';
import { PersonLevels } from '../../levels/queries/person-levels.js';
import { PersonMembers } from '../../programs/persistence/person-members.js';
import { periodOf } from '../../programs/domain/program-time.js';
import { Programs } from '../../programs/queries/programs.js';
import { checkInErrors } from '../check-in.errors.js';
import { type CheckIn, type CheckInSettings, livingStreak } from '../domain/check-in.js';
import { CheckInStore } from '../persistence/check-in-store.js';

/** All that a card for sharing shows: nothing of the person but the name that he gave himself. */
export interface ShareCard {
  readonly displayName: string | null;
  readonly programNameZh: string;
  readonly programNameEn: string;
  /** null: the program has no levels. */
  readonly level: Pick<Level, 'key' | 'nameZh' | 'nameEn'> | null;
  readonly day: string;
  readonly streak: number;
  readonly bestStreak: number;
  readonly totalDays: number;
  readonly hasCheckedInToday: boolean;
  readonly honours: readonly Pick<HeldHonour, 'key' | 'kind' | 'nameZh' | 'nameEn' | 'mark'>[];
}

const CARD_HONOURS_MAX = 50;

/** Inside an open unit of work. */
@Injectable()
export class ShowCheckIns {
  constructor(
    private readonly store: CheckInStore,
    private readonly programs: Programs,
    private readonly members: PersonMembers,
    private readonly honours: ShowHonours,
    private readonly levels: PersonLevels,
    private readonly customers: CustomersFacade,
    private readonly clock: Clock,
  ) {}

  /** @throws loyalty.program_not_found, loyalty.check_in_not_offered */
  async settingsOf(programId: string): Promise<CheckInSettings> {
    await this.programs.get(programId);
    const settings = await this.store.settingsOf(programId);
    if (!settings) throw checkInErrors.check_in_not_offered();
    return settings;
  }

  /** The newest first, over all members that are one person with this one. @throws loyalty.member_not_found */
  async listOf(memberId: string, before: string | undefined, limit: number): Promise<CheckIn[]> {
    const { memberIds } = await this.members.get(memberId);
    return this.store.list(memberIds, { before, limit });
  }

  /** @throws loyalty.member_not_found */
  async shareCard(memberId: string): Promise<ShareCard> {
    const { programId, customerId, customerIds, memberIds } = await this.members.get(memberId);
    const program = await this.programs.get(programId);
    const today = periodOf(this.clock.now(), program.timeZone, 'day').key;
    const history = await this.store.historyOf(memberIds);
    const streak = livingStreak(history?.last, today);
    const names = await this.customers.namesOf(customerIds);
    const held = await this.honours.listOfMembers(memberIds, { onlyActive: true, limit: CARD_HONOURS_MAX });
    return {
      displayName: names.get(customerId) ?? [...names.values()][0] ?? null,
      programNameZh: program.nameZh,
      programNameEn: program.nameEn,
      level: (await this.levels.highestOf(programId, memberIds)) ?? null,
      day: today,
      streak: streak?.days ?? 0,
      bestStreak: history?.best ?? 0,
      totalDays: history?.total ?? 0,
      hasCheckedInToday: streak?.to === today,
      honours: [...new Map(held.map((one) => [one.honourId, one])).values()],
    };
  }
}
