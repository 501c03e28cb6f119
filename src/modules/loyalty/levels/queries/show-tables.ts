import { Injectable } from '@nestjs/common';
import { type LevelTable } from '../domain/level-table.js';
import { Programs } from '../../programs/queries/programs.js';
import { levelsErrors } from '../levels.errors.js';
import { LevelTableStore } from '../persistence/level-table-store.js';

/** Versions of level tables. Inside an open unit of work. */
@Injectable()
export class ShowTables {
  constructor(
    private readonly tables: LevelTableStore,
    private readonly programs: Programs,
  ) {}

  /** @throws loyalty.level_table_not_found */
  async get(id: string): Promise<LevelTable> {
    const table = await this.tables.find(id);
    if (!table) throw levelsErrors.level_table_not_found();
    return table;
  }

  /** @throws loyalty.program_not_found */
  async list(
    programId: string,
    before: { version: number } | undefined,
    limit: number,
  ): Promise<LevelTable[]> {
    await this.programs.get(programId);
    return this.tables.list(programId, before, limit);
  }
}
