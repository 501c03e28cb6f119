import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import { wecomApi } from '../client/api.js';
import { WecomClient } from '../client/wecom-client.js';
import { type ContactMessage, contactMessageToWire } from '../contacts/contact-message.js';

/** A call that hangs must not hold up the next new friends; its outcome is unknown after 10 s as well. */
const TIMEOUT_MS = 5_000;

@Injectable()
export class WelcomeGateway {
  constructor(private readonly client: WecomClient) {}

  /**
   * Answers a new customer. The code lives 20 s and works once; never repeated here, since a lost answer may mean that
   * the customer has it (page 92137).
   * @throws WecomApiError 41051 delivered already (done), 41096 another app is sending (try again within the 20 s),
   * 41050 expired or fake; AppError wecom.argument_too_long.
   */
  async send(corpId: CorpId, welcomeCode: string, message: ContactMessage): Promise<void> {
    const body = { welcome_code: welcomeCode, ...contactMessageToWire(message) };
    const request = { body, timeoutMs: TIMEOUT_MS };
    await this.client.call(corpId, wecomApi.sendWelcome, request, () => undefined);
  }
}
