import { Injectable } from '@nestjs/common';
import { Programs } from '../../programs/queries/programs.js';
import type { TagRules } from '../domain/tag-rules.js';
import { TagRuleStore } from '../persistence/tag-rule-store.js';
import { type ShownTagWrite, TagWriteStore, type TagWriteState } from '../persistence/tag-write-store.js';

/** Inside an open unit of work. */
@Injectable()
export class ShowTags {
  constructor(
    private readonly programs: Programs,
    private readonly stored: TagRuleStore,
    private readonly writes: TagWriteStore,
  ) {}

  /** @throws loyalty.program_not_found */
  async rules(programId: string): Promise<TagRules> {
    await this.programs.get(programId);
    return this.stored.get(programId);
  }

  /** @throws loyalty.program_not_found */
  async list(
    programId: string,
    state: TagWriteState | undefined,
    after: { customerId: string; staffUserId: string } | undefined,
    limit: number,
  ): Promise<ShownTagWrite[]> {
    await this.programs.get(programId);
    return this.writes.list(programId, state, after, limit);
  }
}
