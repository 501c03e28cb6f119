import { Injectable } from '@nestjs/common';
import { FIELD_SOURCES, type FieldSource, type SurvivorshipRules } from '../domain/survivorship.js';
import { RulesStore } from '../persistence/rules-store.js';
import { profilesErrors } from '../profiles.errors.js';
import { FieldCatalogue } from '../queries/field-catalogue.js';
import { StartRebuild } from './start-rebuild.js';

/** Which source the corp believes. Each change is a version of its own, and none is ever changed. Inside an open unit. */
@Injectable()
export class SetRules {
  constructor(
    private readonly rules: RulesStore,
    private readonly catalogue: FieldCatalogue,
    private readonly rebuild: StartRebuild,
  ) {}

  /**
   * Profiles show it at once, filters within minutes.
   * @param assertSeen throws when the caller has seen another version
   * @throws customers.ranking_invalid
   */
  async set(
    ranking: readonly FieldSource[],
    by: string,
    assertSeen: (version: number) => void,
  ): Promise<SurvivorshipRules> {
    const isComplete = ranking.length === FIELD_SOURCES.length && new Set(ranking).size === ranking.length;
    if (!isComplete) throw profilesErrors.ranking_invalid();
    await this.rules.lock();
    const { version } = (await this.catalogue.read()).rules;
    assertSeen(version);
    await this.rules.add({ version: version + 1, ranking }, by);
    await this.rebuild.start();
    return { version: version + 1, ranking };
  }
}
