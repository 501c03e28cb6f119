import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import type { Answer } from '../client/answer.js';
import { wecomApi } from '../client/api.js';
import { assertBytes, assertCharacters, assertItems } from '../client/lengths.js';
import { WecomApiError } from '../client/wecom-api-error.js';
import { WecomClient } from '../client/wecom-client.js';
import { ConnectedApps } from '../connections/connected-apps.js';
import { wecomErrors } from '../wecom.errors.js';

/** Staff, never customers. At least one list must not be empty. */
export interface MessageReceivers {
  /** At most 1,000. */
  userIds?: string[];
  /** At most 100. */
  departmentIds?: number[];
}

/** Page 90236. */
export type AppMessage =
  /** At most 2,048 bytes. */
  | { kind: 'text'; content: string }
  /** At most 2,048 bytes; not shown in the WeChat plugin. */
  | { kind: 'markdown'; content: string }
  /** Title 128 characters, description 512 characters, url 2,048 bytes, button text 4 characters. */
  | { kind: 'textcard'; title: string; description: string; url: string; buttonText?: string }
  /** As page 90236 describes it; cards with buttons need the app's callback URL (43012). */
  | { kind: 'template_card'; card: Readonly<Record<string, unknown>> };

export interface SentMessage {
  msgId: string;
  /** For one update of an interactive card within 72 h. */
  responseCode?: string;
  /** In lower case, as WeCom returns them. */
  invalidUserIds: string[];
  invalidDepartmentIds: string[];
}

@Injectable()
export class MessagesGateway {
  constructor(
    private readonly client: WecomClient,
    private readonly apps: ConnectedApps,
  ) {}

  /**
   * Sends to staff as one app (default: the corp's first). Above 30 a minute or 1,000 an hour for one member WeCom drops
   * the rest and still answers success (page 90236). Not repeated without an answer.
   * @throws WecomApiError 81013 nobody can be reached.
   */
  async send(
    corpId: CorpId,
    to: MessageReceivers,
    message: AppMessage,
    options: { agentId?: number } = {},
  ): Promise<SentMessage> {
    assertItems('userIds', to.userIds, 1000);
    assertItems('departmentIds', to.departmentIds, 100);
    assertLengths(message);
    const app = await this.apps.find(corpId, 'self_built', options.agentId);
    if (app?.agentId === undefined)
      throw WecomApiError.withheld(wecomApi.sendMessage.name, wecomErrors.app_missing);
    const body = {
      touser: to.userIds?.join('|'),
      toparty: to.departmentIds?.join('|'),
      agentid: app.agentId,
      ...toWire(message),
    };
    return this.client.call(corpId, wecomApi.sendMessage, { body, agentId: app.agentId }, readSent);
  }

  /** Within 24 h, by the app that sent it (page 94867). @throws WecomApiError 42052 too late, 40058 another app's. */
  async recall(corpId: CorpId, msgId: string, options: { agentId?: number } = {}): Promise<void> {
    const request = { body: { msgid: msgId }, agentId: options.agentId };
    await this.client.call(corpId, wecomApi.recallMessage, request, () => undefined);
  }
}

function assertLengths(message: AppMessage): void {
  if (message.kind === 'text' || message.kind === 'markdown') assertBytes('content', message.content, 2048);
  if (message.kind !== 'textcard') return;
  assertCharacters('title', message.title, 128);
  assertCharacters('description', message.description, 512);
  assertBytes('url', message.url, 2048);
  assertCharacters('buttonText', message.buttonText, 4);
}

function toWire(message: AppMessage): object {
  switch (message.kind) {
    case 'text':
    case 'markdown':
      return { msgtype: message.kind, [message.kind]: { content: message.content } };
    case 'textcard': {
      const { title, description, url, buttonText: btntxt } = message;
      return { msgtype: 'textcard', textcard: { title, description, url, btntxt } };
    }
    case 'template_card':
      return { msgtype: 'template_card', template_card: message.card };
  }
}

function readSent(answer: Answer): SentMessage {
  const list = (name: string): string[] => answer.maybeText(name)?.split('|').filter(Boolean) ?? [];
  return {
    msgId: answer.text('msgid'),
    responseCode: answer.maybeText('response_code'),
    invalidUserIds: list('invaliduser'),
    invalidDepartmentIds: list('invalidparty'),
  };
}
