import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import type { StoredEvent } from '../../../../platform/events/event.js';
import { BehaviourEvents } from '../../../customers/index.js';
import {
  type BehaviourRecorded,
  behaviourRecorded,
  type CorpTagsChanged,
  corpTagsChanged,
} from '../../../customers/customers.events.js';
import { LoyaltyFacade } from '../../../loyalty/index.js';
import {
  type CheckedIn,
  checkedIn,
  type LevelChanged,
  levelChanged,
} from '../../../loyalty/loyalty.events.js';
import { type Happening, levelsReached } from '../domain/grant-rule.js';
import { GrantCoupons } from '../use-cases/grant-coupons.js';

const ORDER_PAID = 'order_paid';

/** What happens to customers elsewhere, as rules of grants see it. */
@Injectable()
export class GrantingEvents implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly granting: GrantCoupons,
    private readonly loyalty: LoyaltyFacade,
    private readonly behaviour: BehaviourEvents,
  ) {}

  onModuleInit(): void {
    this.consumers.register<LevelChanged>({
      name: 'coupons.grant_levels',
      events: [levelChanged],
      apply: async (event) => this.granting.grant('level', event.at, await this.ofLevels(event)),
    });
    this.consumers.register<CheckedIn>({
      name: 'coupons.grant_streaks',
      events: [checkedIn],
      apply: (event) => this.granting.grant('streak', event.at, [ofCheckIn(event)]),
    });
    this.consumers.register<BehaviourRecorded>({
      name: 'coupons.grant_purchases',
      events: [behaviourRecorded],
      apply: async (event) => this.granting.grant('purchase', event.at, await this.ofOrders(event)),
    });
    this.consumers.register<CorpTagsChanged>({
      name: 'coupons.grant_tags',
      events: [corpTagsChanged],
      apply: (event) => this.granting.grant('tag', event.at, ofTags(event)),
    });
  }

  /** A level that came with a member from another system was reached there. */
  private async ofLevels({ payload }: StoredEvent<LevelChanged>): Promise<Happening[]> {
    const { programId, changes } = payload;
    const order = await this.loyalty.levelKeysOf(programId);
    return changes
      .filter(({ reason }) => reason !== 'opening')
      .map(({ memberId, customerId, from, to, version }) => ({
        trigger: 'level',
        customerId,
        eventKey: `level:${memberId}:${version}`,
        programId,
        reached: levelsReached(order, from, to),
      }));
  }

  private async ofOrders({ payload }: StoredEvent<BehaviourRecorded>): Promise<Happening[]> {
    const { eventIds, from, to } = payload;
    const events = await this.behaviour.ofIds(eventIds, { from, to });
    return events.flatMap(({ id, type, customerId, data: { amount } }): Happening[] =>
      type === ORDER_PAID && typeof amount === 'number'
        ? [{ trigger: 'purchase', customerId, eventKey: `order:${id}`, amount }]
        : [],
    );
  }
}

function ofCheckIn({ payload }: StoredEvent<CheckedIn>): Happening {
  const { programId, memberId, customerId, day, streak } = payload;
  return { trigger: 'streak', customerId, eventKey: `check-in:${memberId}:${day}`, programId, days: streak };
}

function ofTags({ id, payload }: StoredEvent<CorpTagsChanged>): Happening[] {
  return payload.changes
    .filter(({ isPut }) => isPut)
    .map(({ customerId, wecomTagId }) => ({
      trigger: 'tag',
      customerId,
      eventKey: `tag:${id}:${wecomTagId}`,
      wecomTagId,
    }));
}
