import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import { wecomApi } from '../client/api.js';
import { assertBytes, assertItems } from '../client/lengths.js';
import { WecomClient } from '../client/wecom-client.js';

const TEXT_MAX_BYTES = 4000;
const ATTACHMENTS_MAX = 9;
/** A call that hangs must not hold up the next new friends; its outcome is unknown after 10 s as well. */
const TIMEOUT_MS = 5_000;

/** Page 92137; `mediaId`s come from MediaGateway.upload, `pictureUrl` of an image from MediaGateway.uploadImage. */
export type WelcomeAttachment =
  | { kind: 'image' | 'video' | 'file'; mediaId: string }
  | { kind: 'image'; pictureUrl: string }
  | { kind: 'link'; title: string; url: string; description?: string; pictureUrl?: string }
  | { kind: 'miniprogram'; title: string; coverMediaId: string; appId: string; page: string };

export interface WelcomeMessage {
  /** At most 4,000 bytes. Text and attachments must not both be missing. */
  text?: string;
  /** At most 9. */
  attachments?: WelcomeAttachment[];
}

@Injectable()
export class WelcomeGateway {
  constructor(private readonly client: WecomClient) {}

  /**
   * Answers a new customer. The code lives 20 s and works once; never repeated here, since a lost answer may mean that
   * the customer has it (page 92137).
   * @throws WecomApiError 41051 delivered already (done), 41096 another app is sending (try again within the 20 s),
   * 41050 expired or fake; AppError wecom.argument_too_long.
   */
  async send(corpId: CorpId, welcomeCode: string, message: WelcomeMessage): Promise<void> {
    assertBytes('text', message.text, TEXT_MAX_BYTES);
    assertItems('attachments', message.attachments, ATTACHMENTS_MAX);
    const body = {
      welcome_code: welcomeCode,
      text: message.text === undefined ? undefined : { content: message.text },
      attachments: message.attachments?.map(toWire),
    };
    const request = { body, timeoutMs: TIMEOUT_MS };
    await this.client.call(corpId, wecomApi.sendWelcome, request, () => undefined);
  }
}

function toWire(attachment: WelcomeAttachment): object {
  switch (attachment.kind) {
    case 'image':
      return {
        msgtype: 'image',
        image:
          'mediaId' in attachment ? { media_id: attachment.mediaId } : { pic_url: attachment.pictureUrl },
      };
    case 'link':
      return { msgtype: 'link', link: linkToWire(attachment) };
    case 'miniprogram':
      assertBytes('title', attachment.title, 64);
      return {
        msgtype: 'miniprogram',
        miniprogram: {
          title: attachment.title,
          pic_media_id: attachment.coverMediaId,
          appid: attachment.appId,
          page: attachment.page,
        },
      };
    case 'video':
      return { msgtype: 'video', video: { media_id: attachment.mediaId } };
    case 'file':
      return { msgtype: 'file', file: { media_id: attachment.mediaId } };
  }
}

function linkToWire(link: Extract<WelcomeAttachment, { kind: 'link' }>): object {
  assertBytes('title', link.title, 128);
  assertBytes('description', link.description, 512);
  assertBytes('url', link.url, 2048);
  assertBytes('pictureUrl', link.pictureUrl, 2048);
  return { title: link.title, url: link.url, desc: link.description, picurl: link.pictureUrl };
}
