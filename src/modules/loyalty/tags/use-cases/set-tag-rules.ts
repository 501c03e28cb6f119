import { Injectable } from '@nestjs/common';
import { CorpTags } from '../../../segments/index.js';
import { Levels } from '../../levels/use-cases/levels.js';
import { Programs } from '../../programs/queries/programs.js';
import { areContradictory, type TagRules } from '../domain/tag-rules.js';
import { TagRuleStore } from '../persistence/tag-rule-store.js';
import { tagsErrors } from '../tags.errors.js';
import { WalkTags } from './walk-tags.js';

/** Which tags a program writes. Inside an open unit of work. */
@Injectable()
export class SetTagRules {
  constructor(
    private readonly programs: Programs,
    private readonly levels: Levels,
    private readonly tags: CorpTags,
    private readonly rules: TagRuleStore,
    private readonly walking: WalkTags,
  ) {}

  /** @throws loyalty.program_not_found, tag_rules_invalid, tag_unknown, tag_taken */
  async replace(programId: string, rules: TagRules): Promise<void> {
    await this.programs.get(programId);
    if (areContradictory(rules, await this.levels.keysOf(programId))) throw tagsErrors.tag_rules_invalid();
    const wanted = [...rules.levels, ...rules.bands].map(({ wecomTagId }) => wecomTagId);
    const known = await this.tags.namesOf(wanted);
    const unknown = wanted.find((id) => !known.has(id));
    if (unknown !== undefined) throw tagsErrors.tag_unknown({ wecomTagId: unknown });
    if (await this.rules.isTaken(programId, wanted)) throw tagsErrors.tag_taken();
    await this.rules.lock(programId);
    await this.rules.replace(programId, rules);
    await this.walking.start(programId);
  }
}
