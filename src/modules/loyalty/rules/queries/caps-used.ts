import { Injectable } from '@nestjs/common';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { CounterStore } from '../persistence/counter-store.js';
import { ShowRules } from './show-rules.js';

export interface CapUsed {
  /** Its place in the list. */
  readonly id: number;
  readonly of: 'rule' | 'program';
  readonly period: string;
  readonly periodKey: string;
  readonly per: string;
  readonly subject: string;
  readonly used: number;
}

/** What caps have counted. Inside an open unit of work. */
@Injectable()
export class CapsUsed {
  constructor(
    private readonly rules: ShowRules,
    private readonly counters: CounterStore,
  ) {}

  /** Of a rule and of its program, the newest first. @throws loyalty.rule_not_found */
  async list(ruleId: string, before: { id: number } | undefined, limit: number): Promise<CapUsed[]> {
    const { programId } = await this.rules.get(ruleId);
    const found = await this.counters.list([ruleId, programId], before?.id, limit);
    return found.map(({ id, counter, used }) => {
      const [owner, , period = '', periodKey = '', per = '', ...subject] = counter.split('/');
      const name = subject.join('/');
      return {
        id,
        of: owner === ruleId ? 'rule' : 'program',
        period,
        periodKey,
        per,
        subject: per === 'member' ? toPublicId('cus', name) : name,
        used,
      };
    });
  }
}
