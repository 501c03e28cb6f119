import { Injectable } from '@nestjs/common';
import type { WelcomeRule } from '../domain/rule.js';
import { RuleRepository } from '../persistence/rule-repository.js';

@Injectable()
export class ShowRules {
  constructor(private readonly rules: RuleRepository) {}

  find(id: string): Promise<WelcomeRule | undefined> {
    return this.rules.find(id);
  }

  /** In the order in which they were made. */
  list(after: { id: string } | undefined, limit: number): Promise<WelcomeRule[]> {
    return this.rules.list(after, limit);
  }
}
