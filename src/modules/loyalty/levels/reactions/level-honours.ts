import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { GrantByRule } from '../../honours/use-cases/grant-by-rule.js';
import { type LevelChanged, levelChanged } from '../../loyalty.events.js';
import { Levels } from '../use-cases/levels.js';

/** Honours whose rule names a level: who reaches it has passed those below it, too. */
@Injectable()
export class LevelHonours implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly levels: Levels,
    private readonly rules: GrantByRule,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      name: 'loyalty.level_honours',
      events: [levelChanged],
      apply: ({ payload }) => this.grant(payload),
    });
  }

  private async grant({ programId, changes }: LevelChanged): Promise<void> {
    const keys = await this.levels.keysOf(programId);
    const passed = changes.map(
      ({ memberId, to }) => [memberId, keys.slice(0, keys.indexOf(to) + 1)] as const,
    );
    await this.rules.levelReached(programId, passed);
  }
}
