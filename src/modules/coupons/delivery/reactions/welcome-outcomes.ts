import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { ContactErasures } from '../../../../wecom/index.js';
import { type WelcomeEnded, welcomeEnded } from '../../../welcome/welcome.events.js';
import { WelcomeOfferStore } from '../persistence/welcome-offer-store.js';

/** What became of the welcomes that claim links went along with. */
@Injectable()
export class WelcomeOutcomes implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly erasures: ContactErasures,
    private readonly offers: WelcomeOfferStore,
  ) {}

  onModuleInit(): void {
    this.consumers.register<WelcomeEnded>({
      name: 'coupons.note_welcome_outcomes',
      events: [welcomeEnded],
      apply: ({ payload }) => this.offers.noteOutcome(payload.welcomeCode, payload.state),
    });
    this.erasures.register((externalUserIds) => this.offers.forget(externalUserIds));
  }
}
