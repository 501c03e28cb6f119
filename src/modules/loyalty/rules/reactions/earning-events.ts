import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import type { StoredEvent } from '../../../../platform/events/event.js';
import { BehaviourEvents } from '../../../customers/index.js';
import {
  type BehaviourRecorded,
  behaviourRecorded,
  type CustomersErased,
  customersErased,
  type CustomersLost,
  customersLost,
  type EventChanged,
  eventChanged,
  type RelationStarted,
  relationStarted,
} from '../../../customers/customers.events.js';
import { type CheckedIn, checkedIn } from '../../loyalty.events.js';
import { AwardStore } from '../persistence/award-store.js';
import { RuleStore } from '../persistence/rule-store.js';
import { Occurrences } from '../queries/occurrences.js';
import { AwardEvents } from '../use-cases/award-events.js';
import { Leavers } from '../use-cases/leavers.js';

/** What customers do, in whatever order it is told: earned, taken back, earned again. A corp without rules pays one read. */
@Injectable()
export class EarningEvents implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly behaviour: BehaviourEvents,
    private readonly occurrences: Occurrences,
    private readonly rules: RuleStore,
    private readonly earning: AwardEvents,
    private readonly leavers: Leavers,
    private readonly awards: AwardStore,
  ) {}

  onModuleInit(): void {
    this.consumers.register<BehaviourRecorded>({
      name: 'loyalty.award_behaviour',
      events: [behaviourRecorded],
      apply: (event) => this.ifAnyRule(() => this.recorded(event)),
    });
    this.consumers.register<EventChanged>({
      name: 'loyalty.award_again',
      events: [eventChanged],
      apply: (event) => this.ifAnyRule(() => this.changed(event)),
    });
    this.consumers.register<RelationStarted>({
      name: 'loyalty.award_relations',
      events: [relationStarted],
      apply: (event) =>
        this.ifAnyRule(async () => this.earning.award(await this.occurrences.ofRelation(event))),
    });
    this.consumers.register<CheckedIn>({
      name: 'loyalty.award_check_ins',
      events: [checkedIn],
      apply: (event) => this.ifAnyRule(() => this.earning.award([this.occurrences.ofCheckIn(event)])),
    });
    this.consumers.register<CustomersLost>({
      name: 'loyalty.claw_back',
      events: [customersLost],
      apply: ({ payload, at }) => this.ifAnyRule(() => this.leavers.left(payload.customerIds, at)),
    });
    this.consumers.register<CustomersErased>({
      name: 'loyalty.forget_award_inputs',
      events: [customersErased],
      apply: ({ payload }) => this.awards.forget(payload.customerIds),
    });
  }

  private async recorded({ payload: { eventIds, from, to } }: StoredEvent<BehaviourRecorded>): Promise<void> {
    const events = await this.behaviour.ofIds(eventIds, { from, to });
    await this.earning.award(events.map((event) => this.occurrences.ofBehaviour(event)));
  }

  private async changed({ payload }: StoredEvent<EventChanged>): Promise<void> {
    const event = await this.behaviour.find(payload.eventId);
    if (event) await this.earning.award([this.occurrences.ofBehaviour(event)]);
  }

  private async ifAnyRule(work: () => Promise<void>): Promise<void> {
    if (await this.rules.isTrigger()) await work();
  }
}
