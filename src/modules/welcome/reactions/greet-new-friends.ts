import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { StoredEvent } from '../../../platform/events/event.js';
import { EventConsumers } from '../../../platform/events/event-consumers.js';
import type { WelcomeMessage } from '../../../wecom/index.js';
import { type WelcomeDue, welcomeDue } from '../../../wecom/wecom.events.js';
import { deadlineOf, type Outcome } from '../domain/message.js';
import { asksFor, fillIn } from '../domain/placeholders.js';
import { MessageRepository, type WelcomeOccasion } from '../persistence/message-repository.js';
import { CustomerName } from '../use-cases/customer-name.js';
import { PlanWelcome, type WelcomePlan } from '../use-cases/plan-welcome.js';
import { SendWelcome } from '../use-cases/send-welcome.js';

/** What is left to write down; undefined when another run has done so, or will. */
interface Result {
  readonly outcome: Outcome;
  readonly ruleId: string | undefined;
  readonly attachmentsLeftOut: number;
  /** A row says already that the call was about to be made. */
  readonly isClaimed: boolean;
  readonly endedAt: Date;
}

type GreetPlan = Extract<WelcomePlan, { kind: 'greet' }>;

/**
 * Greets new friends in the fast lane. A row for the code is committed before WeCom is called and gets its outcome
 * afterwards, so a repeated run, after a crash or for a repeated event, finds it and never calls a second time: what
 * became of a call without an outcome is unknown, and said so.
 */
@Injectable()
export class GreetNewFriends implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly unit: UnitOfWork,
    private readonly messages: MessageRepository,
    private readonly planner: PlanWelcome,
    private readonly names: CustomerName,
    private readonly sender: SendWelcome,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.consumers.register<WelcomeDue, Result | undefined>({
      name: 'welcome.greet_new_friends',
      events: [welcomeDue],
      lane: 'fast',
      load: (event) => this.greet(event.corpId, occasionOf(event)),
      apply: (event, result) => this.write(occasionOf(event), result),
    });
  }

  private async greet(corpId: CorpId, occasion: WelcomeOccasion): Promise<Result | undefined> {
    const { known, plan } = await this.unit.read(corpId, async () => ({
      known: await this.messages.find(occasion.welcomeCode),
      plan: await this.planner.plan(occasion.staffUserId),
    }));
    if (known) {
      const diedHere = known.state === 'sending' && known.eventId === occasion.eventId;
      return diedHere ? this.ended({ state: 'unknown' }, { isClaimed: true }) : undefined;
    }
    if (plan.kind === 'no_rule') return this.ended({ state: 'no_rule' });
    if (plan.kind === 'silent') return this.ended({ state: 'silent' }, plan);
    return this.send(corpId, occasion, plan);
  }

  private async send(
    corpId: CorpId,
    occasion: WelcomeOccasion,
    plan: GreetPlan,
  ): Promise<Result | undefined> {
    if (this.isTooLate(occasion)) return this.ended({ state: 'given_up' }, plan);
    const message = await this.messageFor(corpId, occasion, plan);
    const isEmpty = message.text === undefined && plan.attachments.length === 0;
    if (isEmpty || this.isTooLate(occasion)) return this.ended({ state: 'given_up' }, plan);
    const isClaimed = await this.unit.run(corpId, () =>
      this.messages.claim(occasion, { ...plan, triedAt: this.clock.now() }),
    );
    if (!isClaimed) return undefined; // a copy of the event was faster
    const outcome = await this.sender.send(corpId, occasion.welcomeCode, message, deadlineOf(occasion));
    return this.ended(outcome, { ...plan, isClaimed });
  }

  private async messageFor(
    corpId: CorpId,
    { externalUserId }: WelcomeOccasion,
    { text, values, attachments }: GreetPlan,
  ): Promise<WelcomeMessage> {
    if (text === null) return { attachments: [...attachments] };
    const customer = asksFor(text, 'customer') ? await this.names.read(corpId, externalUserId) : undefined;
    return { text: fillIn(text, { ...values, customer }), attachments: [...attachments] };
  }

  private async write(occasion: WelcomeOccasion, result: Result | undefined): Promise<void> {
    if (!result) return;
    const { outcome, endedAt } = result;
    if (result.isClaimed) await this.messages.settle(occasion.welcomeCode, outcome, endedAt);
    else await this.messages.record(occasion, outcome, result);
  }

  private isTooLate(occasion: WelcomeOccasion): boolean {
    return this.clock.now().getTime() >= deadlineOf(occasion);
  }

  private ended(
    outcome: Outcome,
    what: { ruleId?: string; attachmentsLeftOut?: number; isClaimed?: boolean } = {},
  ): Result {
    const { ruleId, attachmentsLeftOut = 0, isClaimed = false } = what;
    return { outcome, ruleId, attachmentsLeftOut, isClaimed, endedAt: this.clock.now() };
  }
}

function occasionOf({ id, payload }: StoredEvent<WelcomeDue>): WelcomeOccasion {
  return {
    eventId: id,
    welcomeCode: payload.welcomeCode,
    staffUserId: payload.userId,
    externalUserId: payload.externalUserId,
    happenedAt: new Date(payload.happenedAt),
    receivedAt: new Date(payload.receivedAt),
  };
}
