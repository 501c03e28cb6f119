import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import { benefitsGranted, memberJoined } from '../../loyalty.events.js';
import { DeliverBenefits } from '../use-cases/deliver-benefits.js';
import { FollowScores } from '../use-cases/follow-scores.js';

@Injectable()
export class LevelReactions implements OnModuleInit {
  constructor(
    private readonly ledger: Ledger,
    private readonly consumers: EventConsumers,
    private readonly scores: FollowScores,
    private readonly benefits: DeliverBenefits,
  ) {}

  onModuleInit(): void {
    this.ledger.onPosted((entries) => this.scores.follow(entries));
    this.consumers.register({
      name: 'loyalty.enter_levels',
      events: [memberJoined],
      apply: ({ payload }) => this.scores.enter(payload.programId, payload.memberIds),
    });
    this.consumers.register({
      name: 'loyalty.deliver_benefits',
      events: [benefitsGranted],
      apply: ({ payload }) => this.benefits.deliver(payload),
    });
  }
}
