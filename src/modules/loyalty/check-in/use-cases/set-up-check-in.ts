import { Injectable } from '@nestjs/common';
import { ShowExchanges } from '../../exchange/queries/show-exchanges.js';
import { Programs } from '../../programs/queries/programs.js';
import { checkInErrors } from '../check-in.errors.js';
import type { CheckInSettings, Milestone } from '../domain/check-in.js';
import { CheckInStore } from '../persistence/check-in-store.js';

/** Whether a program has check-ins and what they give. Inside an open unit of work. */
@Injectable()
export class SetUpCheckIn {
  constructor(
    private readonly store: CheckInStore,
    private readonly programs: Programs,
    private readonly catalogue: ShowExchanges,
  ) {}

  /** From the next check-in on. @throws loyalty.program_not_found, loyalty.benefit_not_found, loyalty.check_in_invalid */
  async set(settings: CheckInSettings): Promise<CheckInSettings> {
    const { id } = await this.programs.get(settings.programId);
    if (!isWhole(settings.milestones)) throw checkInErrors.check_in_invalid();
    for (const { benefitId } of settings.milestones) {
      if (benefitId === null) continue;
      if ((await this.catalogue.getBenefit(benefitId)).programId !== id)
        throw checkInErrors.check_in_invalid();
    }
    const stored = { ...settings, milestones: [...settings.milestones].sort((a, b) => a.days - b.days) };
    await this.store.setSettings(stored);
    return stored;
  }

  /** What was given stays. @throws loyalty.program_not_found */
  async remove(programId: string): Promise<void> {
    await this.programs.get(programId);
    await this.store.removeSettings(programId);
  }
}

function isWhole(milestones: readonly Milestone[]): boolean {
  const givesAll = milestones.every(
    ({ points, growth, benefitId }) => points + growth > 0 || benefitId !== null,
  );
  return givesAll && new Set(milestones.map(({ days }) => days)).size === milestones.length;
}
