import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { StoredEvent } from '../../../platform/events/event.js';
import { EventConsumers } from '../../../platform/events/event-consumers.js';
import { JobFailed } from '../../../platform/jobs/job-failure.js';
import type { WelcomeMessage } from '../../../wecom/index.js';
import { type WelcomeDue, welcomeDue } from '../../../wecom/wecom.events.js';
import { deadlineOf, type Outcome } from '../domain/message.js';
import { asksFor, fillIn } from '../domain/placeholders.js';
import { MessageRepository, type WelcomeOccasion } from '../persistence/message-repository.js';
import { CustomerName } from '../use-cases/customer-name.js';
import { PlanWelcome, type WelcomePlan } from '../use-cases/plan-welcome.js';
import { SendWelcome } from '../use-cases/send-welcome.js';

/** Why WeCom was not called; undefined when there is nothing left to write down. */
interface Omission {
  readonly outcome: Outcome;
  readonly ruleId: string | undefined;
  readonly attachmentsLeftOut: number;
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
    this.consumers.register<WelcomeDue, Omission | undefined>({
      name: 'welcome.greet_new_friends',
      events: [welcomeDue],
      lane: 'fast',
      load: (event) => this.greet(event.corpId, occasionOf(event)),
      apply: async (event, omission) => {
        if (omission) await this.messages.record(occasionOf(event), omission);
      },
    });
  }

  private async greet(corpId: CorpId, occasion: WelcomeOccasion): Promise<Omission | undefined> {
    const { known, plan } = await this.unit.read(corpId, async () => ({
      known: await this.messages.find(occasion.welcomeCode),
      plan: await this.planner.plan(occasion.staffUserId),
    }));
    if (known) {
      const diedHere = known.state === 'sending' && known.eventId === occasion.eventId;
      if (diedHere) await this.settle(corpId, occasion, { state: 'unknown' });
      return undefined;
    }
    if (plan.kind === 'no_rule') return this.omitted({ state: 'no_rule' });
    if (plan.kind === 'silent') return this.omitted({ state: 'silent' }, plan);
    return this.send(corpId, occasion, plan);
  }

  private async send(
    corpId: CorpId,
    occasion: WelcomeOccasion,
    plan: GreetPlan,
  ): Promise<Omission | undefined> {
    if (this.isTooLate(occasion)) return this.omitted({ state: 'given_up' }, plan);
    const message = await this.messageFor(corpId, occasion, plan);
    const isEmpty = message.text === undefined && plan.attachments.length === 0;
    if (isEmpty || this.isTooLate(occasion)) return this.omitted({ state: 'given_up' }, plan);
    const owner = await this.unit.run(corpId, () =>
      this.messages.claim(occasion, { ...plan, triedAt: this.clock.now() }),
    );
    if (owner === 'another_event') return undefined;
    // not consumed: should the other run die, somebody has to come again and say so
    if (owner === 'another_run') throw new JobFailed('another run of this event is greeting');
    const outcome = await this.sender.send(corpId, occasion.welcomeCode, message, deadlineOf(occasion));
    await this.settle(corpId, occasion, outcome);
    return undefined;
  }

  /** At once and not in `apply`: when another run has thought this one dead and consumed the event, `apply` never comes. */
  private settle(corpId: CorpId, { welcomeCode }: WelcomeOccasion, outcome: Outcome): Promise<void> {
    return this.unit.run(corpId, () => this.messages.settle(welcomeCode, outcome, this.clock.now()));
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

  private isTooLate(occasion: WelcomeOccasion): boolean {
    return this.clock.now().getTime() >= deadlineOf(occasion);
  }

  private omitted(
    outcome: Outcome,
    { ruleId, attachmentsLeftOut = 0 }: { ruleId?: string; attachmentsLeftOut?: number } = {},
  ): Omission {
    return { outcome, ruleId, attachmentsLeftOut, endedAt: this.clock.now() };
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
