import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { StoredEvent } from '../../../platform/events/event.js';
import { EventConsumers } from '../../../platform/events/event-consumers.js';
import { type WelcomeDue, welcomeDue } from '../../../wecom/wecom.events.js';
import { deadlineOf, type Outcome } from '../domain/message.js';
import type { WelcomeOccasion } from '../persistence/message-repository.js';
import { ComposeWelcome } from '../use-cases/compose-welcome.js';
import { type Ending, NoteWelcome } from '../use-cases/note-welcome.js';
import { PlanWelcome, type WelcomePlan } from '../use-cases/plan-welcome.js';
import { SendWelcome } from '../use-cases/send-welcome.js';

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
    private readonly notes: NoteWelcome,
    private readonly planner: PlanWelcome,
    private readonly composer: ComposeWelcome,
    private readonly sender: SendWelcome,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.consumers.register<WelcomeDue, Ending>({
      name: 'welcome.greet_new_friends',
      events: [welcomeDue],
      lane: 'fast',
      load: (event) => this.greet(event.corpId, occasionOf(event)),
      // also of a run that was thought dead: what it knows replaces `unknown`
      effect: (event, ending) => this.notes.end(occasionOf(event), ending),
    });
  }

  private async greet(corpId: CorpId, occasion: WelcomeOccasion): Promise<Ending> {
    const plan = await this.unit.read(corpId, () => this.planner.plan(occasion.staffUserId));
    if (plan.kind === 'no_rule') return this.omitted({ state: 'no_rule' });
    if (plan.kind === 'silent') return this.omitted({ state: 'silent' }, plan);
    return this.send(corpId, occasion, plan);
  }

  private async send(corpId: CorpId, occasion: WelcomeOccasion, plan: GreetPlan): Promise<Ending> {
    if (this.isTooLate(occasion)) return this.omitted({ state: 'given_up' }, plan);
    const { message, attachmentsLeftOut } = await this.composer.compose(corpId, occasion, plan);
    const { ruleId } = plan;
    const isEmpty = message.text === undefined && message.attachments?.length === 0;
    if (isEmpty || this.isTooLate(occasion)) {
      return this.omitted({ state: 'given_up' }, { ruleId, attachmentsLeftOut });
    }
    const what = { ruleId, attachmentsLeftOut, triedAt: this.clock.now() };
    const isOurs = await this.notes.claim(corpId, occasion, what);
    if (!isOurs) return undefined;
    const called = await this.sender.send(corpId, occasion.welcomeCode, message, deadlineOf(occasion));
    return { called, endedAt: this.clock.now() };
  }

  private isTooLate(occasion: WelcomeOccasion): boolean {
    return this.clock.now().getTime() >= deadlineOf(occasion);
  }

  private omitted(
    outcome: Outcome,
    { ruleId, attachmentsLeftOut = 0 }: { ruleId?: string; attachmentsLeftOut?: number } = {},
  ): Ending {
    return { omitted: { outcome, ruleId, attachmentsLeftOut, endedAt: this.clock.now() } };
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
