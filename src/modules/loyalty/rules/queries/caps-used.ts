import { Injectable } from '@nestjs/common';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { CounterStore } from '../persistence/counter-store.js';
import { RuleStore } from '../persistence/rule-store.js';
import { rulesErrors } from '../rules.errors.js';

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
    private readonly rules: RuleStore,
    private readonly counters: CounterStore,
  ) {}

  /** The fullest 200 of a rule and of its program. @throws loyalty.rule_not_found */
  async of(ruleId: string): Promise<CapUsed[]> {
    const rule = await this.rules.find(ruleId);
    if (!rule) throw rulesErrors.rule_not_found();
    const found = await this.counters.list([ruleId, rule.programId], SHOWN_MAX);
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
