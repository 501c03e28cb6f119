import { Injectable } from '@nestjs/common';
import type { Counter, Histogram } from 'prom-client';
import type { CorpId } from '../../../platform/context/typed-id.js';
import type { Effect } from '../../../platform/events/event.js';
import { Metrics } from '../../../platform/health/metrics.js';
import type { Outcome } from '../domain/message.js';
import { MessageRepository, type WelcomeOccasion } from '../persistence/message-repository.js';

/** Why WeCom was not called. */
interface Omission {
  readonly outcome: Outcome;
  readonly ruleId: string | undefined;
  readonly attachmentsLeftOut: number;
  readonly endedAt: Date;
}

/** What is left to write down; undefined when somebody had the code before. */
export type Ending = { omitted: Omission } | { called: Outcome; endedAt: Date } | undefined;

/** Writes down what becomes of each code, and counts it. */
@Injectable()
export class NoteWelcome {
  private readonly outcomes: Counter<'outcome' | 'errcode'>;
  private readonly seconds: Histogram;

  constructor(
    private readonly messages: MessageRepository,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter(
      'welcomes_total',
      'What became of welcome codes; one whose process died before it knew is missing',
      ['outcome', 'errcode'],
    );
    this.seconds = metrics.histogram(
      'welcome_seconds',
      'From the receipt of the callback until WeCom took the welcome',
      [],
    );
  }

  /** Commits that WeCom is about to be called. @returns whether it may be; otherwise somebody had the code before. */
  claim(
    corpId: CorpId,
    occasion: WelcomeOccasion,
    what: { ruleId: string; attachmentsLeftOut: number; triedAt: Date },
  ): Promise<boolean> {
    return this.messages.claim(corpId, occasion, what);
  }

  /** Together with the mark that the event was consumed. */
  end(occasion: WelcomeOccasion, ending: Ending): Effect | undefined {
    if (!ending) return undefined;
    const { outcome, endedAt } =
      'omitted' in ending ? ending.omitted : { outcome: ending.called, endedAt: ending.endedAt };
    const statement =
      'omitted' in ending
        ? this.messages.record(occasion, ending.omitted)
        : this.messages.settle(occasion.welcomeCode, outcome, endedAt);
    const afterCommit = (): void => {
      this.outcomes.inc({ outcome: outcome.state, errcode: String(outcome.errcode ?? '') });
      if (outcome.state !== 'sent') return;
      this.seconds.observe(Math.max(0, endedAt.getTime() - occasion.receivedAt.getTime()) / 1000);
    };
    return { ...statement, afterCommit };
  }
}
