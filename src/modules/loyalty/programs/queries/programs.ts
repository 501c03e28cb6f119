import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { RecentReads } from '../../../../platform/database/recent-reads.js';
import { Connections } from '../../../../wecom/index.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { DEFAULT_PROGRAM, type Program } from '../domain/program.js';
import { ProgramStore } from '../persistence/program-store.js';

/** Programs with their wallets. Inside an open unit of work. */
@Injectable()
export class Programs {
  private readonly recent = new RecentReads<Program>();

  constructor(
    private readonly database: Database,
    private readonly store: ProgramStore,
    private readonly connections: Connections,
  ) {}

  /** @throws loyalty.program_not_found */
  async get(programId: string): Promise<Program> {
    const [program] = await this.store.find({ ids: [programId] });
    if (!program) throw loyaltyErrors.program_not_found();
    return program;
  }

  async byKey(key: string): Promise<Program | undefined> {
    const [program] = await this.store.find({ key });
    return program;
  }

  /** The oldest first. */
  list(after?: { id: string }, limit = 200): Promise<Program[]> {
    return this.store.find({ after: after?.id, limit });
  }

  /** By id, up to a second old: for postings, whose every call would read the same few again. Unknown ids are missing. */
  recently(programIds: readonly string[]): Promise<Map<string, Program>> {
    return this.recent.get(this.database.corpId, programIds, async (ids) => {
      const programs = await this.store.find({ ids });
      return new Map(programs.map((program) => [program.id, program]));
    });
  }

  /** The program of corps that need no more than one; made on first use, so in a unit of work that writes. */
  async default(): Promise<Program> {
    const program = await this.byKey(DEFAULT_PROGRAM);
    if (program) return program;
    const { timeZone } = await this.connections.get(this.database.corpId);
    await this.store.insert({ key: DEFAULT_PROGRAM, nameZh: '会员积分', nameEn: 'Points', timeZone });
    const made = await this.byKey(DEFAULT_PROGRAM);
    if (!made) throw new Error('the default program was made and is not there');
    return made;
  }
}
