import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { StoredEvent } from '../../../platform/events/event.js';
import { EventConsumers } from '../../../platform/events/event-consumers.js';
import { Events } from '../../../platform/events/events.js';
import { JobFailed } from '../../../platform/jobs/job-failure.js';
import { type WelcomeDue, welcomeDue } from '../../../wecom/wecom.events.js';
import type { MessageState } from '../domain/message.js';
import { MessageRepository } from '../persistence/message-repository.js';
import { type WelcomeEnded, welcomeEnded } from '../welcome.events.js';

/** A code lives 20 s: by then each greeting has ended, unless its process died. */
const DELAY_MS = 60_000;
const PRIORITY = 50;

/** Tells what became of each code, later and not in the statement that writes it down: that one is in a hurry. */
@Injectable()
export class TellWelcomeEnds implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly messages: MessageRepository,
    private readonly events: Events,
  ) {}

  onModuleInit(): void {
    this.consumers.register<WelcomeDue>({
      name: 'welcome.tell_ends',
      events: [welcomeDue],
      delayMs: DELAY_MS,
      priority: PRIORITY,
      apply: (event) => this.tell(event),
    });
  }

  private async tell({ id, payload }: StoredEvent<WelcomeDue>): Promise<void> {
    const message = await this.messages.findEnd(payload.welcomeCode, id);
    if (!message) return;
    const { state, errcode, endedAt, id: messageId, staffUserId, externalUserId } = message;
    if (!endedAt) throw new JobFailed('the greeting has not ended'); // an hour later it counts as unknown
    if (!isTold(state) || externalUserId === null) return;
    await this.events.append(welcomeEnded, {
      messageId,
      welcomeCode: payload.welcomeCode,
      staffUserId,
      externalUserId,
      state,
      ...(errcode !== null && { errcode }),
      endedAt: endedAt.toISOString(),
    });
  }
}

const TOLD: readonly MessageState[] = ['sent', 'code_invalid', 'given_up', 'refused', 'unknown'];

function isTold(state: MessageState): state is WelcomeEnded['state'] {
  return TOLD.includes(state);
}
