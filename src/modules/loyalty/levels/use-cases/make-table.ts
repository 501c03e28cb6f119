import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Programs } from '../../programs/queries/programs.js';
import { faultsOf, type LevelRules } from '../domain/level-table.js';
import { levelsErrors } from '../levels.errors.js';
import { LevelTableStore } from '../persistence/level-table-store.js';

const VERSIONS_MAX = 1_000;

/** Drafts a version. Its content never changes: what is wrong in it is right in the next one. Inside an open unit of work. */
@Injectable()
export class MakeTable {
  constructor(
    private readonly tables: LevelTableStore,
    private readonly programs: Programs,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** @returns its id. @throws loyalty.program_not_found, level_table_invalid, level_tables_full */
  async make(programId: string, content: Omit<LevelRules, 'timeZone'>): Promise<string> {
    const { timeZone } = await this.programs.get(programId);
    const [fault] = faultsOf({ ...content, timeZone });
    if (fault !== undefined) throw levelsErrors.level_table_invalid({ field: fault });
    const id = this.ids.next();
    const version = await this.tables.insert(id, programId, content, this.clock.now());
    if (version > VERSIONS_MAX) throw levelsErrors.level_tables_full();
    return id;
  }
}
