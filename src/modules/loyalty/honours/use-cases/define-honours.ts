import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Programs } from '../../programs/queries/programs.js';
import { type Honour, HONOURS_MAX, isWholeRule } from '../domain/honour.js';
import { presetHonours } from '../domain/preset-honours.js';
import { honoursErrors } from '../honours.errors.js';
import { HonourStore } from '../persistence/honour-store.js';

export type HonourContent = Omit<Honour, 'id' | 'programId' | 'createdAt' | 'endedAt'>;

/** Which honours a program has. What was granted stays as it is. */
@Injectable()
export class DefineHonours {
  constructor(
    private readonly store: HonourStore,
    private readonly programs: Programs,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** @throws loyalty.program_not_found, loyalty.honour_rule_invalid, loyalty.honour_key_taken, loyalty.honours_full */
  async define(programId: string, content: HonourContent): Promise<Honour> {
    const program = await this.programs.get(programId);
    if (content.rule && !isWholeRule(content.rule)) throw honoursErrors.honour_rule_invalid();
    const honour = this.make(program.id, content);
    if ((await this.add(program.id, [honour])) === 0)
      throw honoursErrors.honour_key_taken({ key: content.key });
    return honour;
  }

  /** Those that most programs want; where a key is taken, what stands there stays. @throws loyalty.program_not_found, loyalty.honours_full */
  async definePresets(programId: string): Promise<void> {
    const program = await this.programs.get(programId);
    await this.add(
      program.id,
      presetHonours.map((preset) =>
        this.make(program.id, { ...preset, period: 'lifetime', validDays: null }),
      ),
    );
  }

  /** Nobody gets it any more; whoever has it keeps it. @throws loyalty.honour_not_found */
  async end(id: string): Promise<Honour> {
    await this.store.end(id, this.clock.now());
    const honour = (await this.store.ofIds([id])).get(id);
    if (!honour) throw honoursErrors.honour_not_found();
    return honour;
  }

  /** Every posting and check-in looks at those with rules, and the list is one page: there is an end to them. */
  private async add(programId: string, honours: readonly Honour[]): Promise<number> {
    const added = await this.store.add(honours);
    if ((await this.store.count(programId)) > HONOURS_MAX) throw honoursErrors.honours_full();
    return added;
  }

  private make(programId: string, content: HonourContent): Honour {
    return { ...content, id: this.ids.next(), programId, createdAt: this.clock.now(), endedAt: null };
  }
}
