import { Injectable } from '@nestjs/common';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { CounterStore } from '../persistence/counter-store.js';
import { ShowRules } from './show-rules.js';

const SHOWN_MAX = 200;

export interface CapUsed {
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

  /** The fullest 200 of a rule and of its program. @throws loyalty.rule_not_found */
  async of(ruleId: string): Promise<CapUsed[]> {
    const { programId } = await this.rules.get(ruleId);
    const found = await this.counters.list([ruleId, programId], SHOWN_MAX);
    return found.map(({ counter, used }) => {
      const [owner, , period = '', periodKey = '', per = '', ...subject] = counter.split('/');
      const name = subject.join('/');
      return {
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
