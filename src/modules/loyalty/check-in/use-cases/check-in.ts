import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Events } from '../../../../platform/events/events.js';
import { GrantByRule } from '../../honours/use-cases/grant-by-rule.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { checkedIn } from '../../loyalty.events.js';
import { periodOf } from '../../programs/domain/program-time.js';
import type { Program } from '../../programs/domain/program.js';
import { Programs } from '../../programs/queries/programs.js';
import { PersonTurns } from '../../programs/use-cases/person-turns.js';
import { checkInErrors } from '../check-in.errors.js';
import { type CheckIn, type CheckInSettings, dueMilestones, streakWith } from '../domain/check-in.js';
import { CheckInStore } from '../persistence/check-in-store.js';
import { RewardCheckIns } from './reward-check-ins.js';

export interface CheckInResult {
  readonly programId: string;
  readonly customerId: string;
  readonly checkIn: CheckIn;
  /** He had been there that day: this is what he got then. */
  readonly repeated: boolean;
}

/** One a person and day of the program's calendar. Inside an open unit of work. */
@Injectable()
export class CheckInCustomers {
  constructor(
    private readonly programs: Programs,
    private readonly turns: PersonTurns,
    private readonly store: CheckInStore,
    private readonly rewards: RewardCheckIns,
    private readonly honours: GrantByRule,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /**
   * @param programId the default one when left out
   * @throws loyalty.program_not_found, loyalty.check_in_not_offered, loyalty.customer_not_found, loyalty.program_ended
   */
  async checkIn(customerId: string, programId?: string): Promise<CheckInResult> {
    const program = await (programId === undefined ? this.programs.default() : this.programs.get(programId));
    const settings = await this.store.settingsOf(program.id);
    if (!settings) throw checkInErrors.check_in_not_offered();
    if (program.endedAt) throw loyaltyErrors.program_ended();
    const { memberId, memberIds } = await this.turns.take(program.id, customerId);
    const now = this.clock.now();
    const today = periodOf(now, program.timeZone, 'day').key;
    const [before] = await this.store.list(memberIds, { from: today, limit: 1 });
    const result = { programId: program.id, customerId };
    if (before) return { ...result, checkIn: before, repeated: true };
    const place = { memberId, memberIds, customerId, day: today, now };
    return { ...result, checkIn: await this.record(program, settings, place), repeated: false };
  }

  private async record(
    program: Program,
    settings: CheckInSettings,
    { memberId, memberIds, customerId, day, now }: Place,
  ): Promise<CheckIn> {
    const history = await this.store.historyOf(memberIds);
    const streak = streakWith(history?.last, day);
    const given = await this.store.milestonesSince(memberIds, streak.from);
    const due = dueMilestones(settings.milestones, streak, given);
    const milestones = await this.rewards.give(
      { programId: program.id, memberId, customerId, day },
      settings,
      due,
    );
    const { points, growth } = settings;
    const checkIn = { memberId, day, streak: streak.days, points, growth, milestones, checkedInAt: now };
    await this.store.add(checkIn);
    const totalDays = (history?.total ?? 0) + 1;
    await this.honours.checkedIn(
      { programId: program.id, memberId, person: memberIds },
      { streakDays: streak.days, totalDays },
    );
    await this.events.append(checkedIn, {
      programId: program.id,
      memberId,
      customerId,
      day,
      streak: streak.days,
    });
    return checkIn;
  }
}

interface Place {
  readonly memberId: string;
  readonly memberIds: readonly string[];
  readonly customerId: string;
  readonly day: string;
  readonly now: Date;
}
