import { Injectable, type OnModuleInit } from '@nestjs/common';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { boardClosed } from '../../loyalty.events.js';
import { BOARD_ID_PREFIX } from '../domain/honour.js';
import { GrantByRule } from '../use-cases/grant-by-rule.js';

/** The points king of the week gets his medal when the week is closed. */
@Injectable()
export class BoardHonours implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly rules: GrantByRule,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      name: 'loyalty.board_honours',
      events: [boardClosed],
      apply: ({ payload: { boardId, periodKey, winners } }) =>
        this.rules.boardClosed({ ref: toPublicId(BOARD_ID_PREFIX, boardId), period: periodKey }, winners),
    });
  }
}
