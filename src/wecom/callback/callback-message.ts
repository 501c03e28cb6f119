import { hash } from 'node:crypto';
import { parseXml, textOf, type XmlElement } from './callback-xml.js';

const NAME_MAX = 100;
const MESSAGE_ID = /^\d{1,20}$/;
/** What cutting may leave of a character beyond the basic plane; the database takes no half of one. */
const HALF_PAIR = /[\uD800-\uDBFF]$/;
const SECONDS = /^\d{1,10}$/;

/** A decrypted callback in one form for both of WeCom's envelopes. */
export interface CallbackMessage {
  /** `change_external_contact` …; `message` for what members write to the app; `suite.…` for suite events. */
  readonly event: string;
  readonly changeType: string | undefined;
  /** WeCom's time in whole seconds; undefined when it sent none. */
  readonly happenedAt: Date | undefined;
  /** The same for every copy of one callback. */
  readonly dedupeKey: string;
  readonly xml: XmlElement;
}

/** @throws wecom.callback_malformed when it is not XML; what it says is not judged here. */
export function readMessage(plaintext: string): CallbackMessage {
  const xml = parseXml(plaintext);
  const time = textOf(xml, 'CreateTime') ?? textOf(xml, 'TimeStamp') ?? '';
  return {
    ...kindOf(xml),
    happenedAt: SECONDS.test(time) ? new Date(Number(time) * 1000) : undefined,
    dedupeKey: dedupeKeyOf(xml, plaintext),
    xml,
  };
}

function kindOf(xml: XmlElement): { event: string; changeType: string | undefined } {
  const name = (field: string): string | undefined =>
    textOf(xml, field)?.slice(0, NAME_MAX).replace(HALF_PAIR, '');
  const changeType = name('ChangeType');
  const infoType = name('InfoType');
  if (infoType) return { event: `suite.${infoType}`, changeType };
  const messageType = name('MsgType');
  if (messageType !== undefined && messageType !== 'event')
    return { event: 'message', changeType: messageType };
  return { event: name('Event') ?? 'unknown', changeType };
}

/**
 * Page 90238 names MsgId for messages and FromUserName + CreateTime for events; the second is `sys` and a whole second
 * for all, so different events would collide: the content is compared instead.
 */
function dedupeKeyOf(xml: XmlElement, plaintext: string): string {
  const messageId = textOf(xml, 'MsgId') ?? '';
  if (textOf(xml, 'MsgType') !== 'event' && MESSAGE_ID.test(messageId)) return `msg:${messageId}`;
  return `sha256:${hash('sha256', plaintext.trim())}`;
}
