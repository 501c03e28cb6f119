import { toPublicId } from '../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/page.js';
import { ATTACHMENTS_MAX } from '../domain/attachment.js';
import { MESSAGE_STATES, type MessageState } from '../domain/message.js';
import type { ListedMessage, MessageFilter } from '../queries/list-messages.js';
import { RULE_ID_PREFIX, WECOM_ID_MAX } from './rules.views.js';

export const MESSAGE_ID_PREFIX = 'wmsg';
const ERRCODE_MAX = 100_000_000;

const STATES =
  `sent; already_delivered (41051: another app was faster, or they chat already); code_invalid (41050);
 given_up (20 s were over, see the errcode); refused (see the errcode); unknown (called, but the answer was lost: never repeated);
 no_rule (nothing is configured for this member); silent (the rule says so); sending`.replaceAll('\n', '');

export class WelcomeMessagesQuery extends PageQuery implements MessageFilter {
  @EnumField(MESSAGE_STATES, { optional: true, example: 'unknown' })
  state?: MessageState;

  @TextField({ max: WECOM_ID_MAX, optional: true, example: 'chen.yu', description: 'ignores case' })
  staffUserId?: string;

  @TimeField({ optional: true, description: 'received at or after' })
  receivedFrom?: Date;

  @TimeField({ optional: true, description: 'received before' })
  receivedTo?: Date;
}

export class WelcomeMessageView {
  @PublicIdField(MESSAGE_ID_PREFIX)
  id: string;

  @EnumField(MESSAGE_STATES, { example: 'sent', description: STATES })
  state: MessageState;

  @IntegerField({
    min: -1,
    max: ERRCODE_MAX,
    nullable: true,
    example: null,
    description: "WeCom's last refusal",
  })
  errcode: number | null;

  @TextField({ max: WECOM_ID_MAX, example: 'chen.yu' })
  staffUserId: string;

  @TextField({
    max: WECOM_ID_MAX,
    nullable: true,
    example: 'wmQ7x2CAAAb1kLrT0pZs9Yw3uVeJdA',
    description: 'null: the customer was erased',
  })
  externalUserId: string | null;

  @PublicIdField(RULE_ID_PREFIX, { nullable: true, description: 'may have been deleted since' })
  ruleId: string | null;

  @IntegerField({
    min: 0,
    max: ATTACHMENTS_MAX,
    example: 0,
    description: 'attachments whose file WeCom did not have at the moment',
  })
  attachmentsLeftOut: number;

  @TimeField({ description: "WeCom's CreateTime, whole seconds; the code dies 20 s later" })
  happenedAt: string;

  @TimeField({ description: 'the callback reached us' })
  receivedAt: string;

  @TimeField({ nullable: true, description: 'just before WeCom was called; null when it was not' })
  triedAt: string | null;

  @TimeField({ nullable: true, description: 'the outcome was known' })
  endedAt: string | null;

  static of(this: void, message: ListedMessage): WelcomeMessageView {
    return {
      id: toPublicId(MESSAGE_ID_PREFIX, message.id),
      state: message.state,
      errcode: message.errcode,
      staffUserId: message.staffUserId,
      externalUserId: message.externalUserId,
      ruleId: message.ruleId && toPublicId(RULE_ID_PREFIX, message.ruleId),
      attachmentsLeftOut: message.attachmentsLeftOut,
      happenedAt: message.happenedAt.toISOString(),
      receivedAt: message.receivedAt.toISOString(),
      triedAt: message.triedAt?.toISOString() ?? null,
      endedAt: message.endedAt?.toISOString() ?? null,
    };
  }
}
