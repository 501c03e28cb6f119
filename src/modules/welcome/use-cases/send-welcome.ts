import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { WecomApiError, wecomErrors, WelcomeGateway, type ContactMessage } from '../../../wecom/index.js';
import type { Outcome } from '../domain/message.js';
import { judge, type Verdict } from '../domain/verdict.js';

/** Another app that is sending needs about as long as we do; the 20 s hold twenty of these. */
const PAUSE_MS = 1_000;
const WELCOME_API = 'externalcontact/send_welcome_msg';

/** Calls WeCom for one code that was claimed. Outside any unit of work. */
@Injectable()
export class SendWelcome {
  constructor(
    private readonly gateway: WelcomeGateway,
    private readonly clock: Clock,
  ) {}

  /** Repeats only what WeCom has certainly not delivered, and only until the deadline. */
  async send(
    corpId: CorpId,
    welcomeCode: string,
    message: ContactMessage,
    deadlineMs: number,
  ): Promise<Outcome> {
    for (;;) {
      const verdict = await this.call(corpId, welcomeCode, message);
      if (verdict.kind === 'final') return verdict.outcome;
      if (this.clock.now().getTime() + PAUSE_MS >= deadlineMs) {
        return { state: 'given_up', errcode: verdict.errcode };
      }
      await sleep(PAUSE_MS);
    }
  }

  private async call(corpId: CorpId, welcomeCode: string, message: ContactMessage): Promise<Verdict> {
    try {
      await this.gateway.send(corpId, welcomeCode, message);
      return { kind: 'final', outcome: { state: 'sent' } };
    } catch (error) {
      if (!(error instanceof WecomApiError)) throw error;
      return judge({
        isWelcomeCall: error.api === WELCOME_API,
        wasSent: !NOT_SENT.has(error.code),
        errcode: error.errcode,
        retryable: error.retryable,
      });
    }
  }
}

const NOT_SENT: ReadonlySet<string> = new Set([
  wecomErrors.call_postponed.code,
  wecomErrors.app_missing.code,
  wecomErrors.credentials_rejected.code,
  wecomErrors.corp_disconnected.code,
]);
