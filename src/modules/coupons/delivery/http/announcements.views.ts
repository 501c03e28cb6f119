import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  MapField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { OPERATION_ID_PREFIX } from '../../../../platform/operations/operation.js';
import { type ContactAttachment, meaningOfErrcode } from '../../../../wecom/index.js';
import {
  EXCLUSION_RULES,
  type ExclusionRule,
  RECIPIENT_STATES,
  type RecipientState,
} from '../domain/announcement.js';
import {
  AnnouncementAttachmentDto,
  ATTACHMENTS_MAX,
  EXAMPLE_TEXT,
  TEXT_MAX,
} from './announcements.bodies.js';
import type { ShownAnnouncement, ShownRecipient } from '../queries/show-announcements.js';

/** As it was given. */
function attachmentOf(attachment: ContactAttachment): AnnouncementAttachmentDto {
  if (attachment.kind === 'miniprogram') {
    const { coverMediaId: mediaId, ...others } = attachment;
    return { ...others, mediaId };
  }
  // reason for the cast: announcements take neither videos nor files
  return attachment as AnnouncementAttachmentDto;
}

export class AnnouncementView {
  @PublicIdField(OPERATION_ID_PREFIX, { description: 'also the id of its operation' })
  id: string;

  @PublicIdField('cpb')
  batchId: string;

  @TextField({ max: TEXT_MAX, nullable: true, example: EXAMPLE_TEXT })
  text: string | null;

  @ListField(() => AnnouncementAttachmentDto, { maxItems: ATTACHMENTS_MAX })
  attachments: AnnouncementAttachmentDto[];

  @BooleanField({ example: false })
  again: boolean;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true, example: null, description: 'when WeCom had all tasks for staff' })
  handedAt: string | null;

  @TimeField({ nullable: true, example: null, description: 'when the last outcome was known' })
  finishedAt: string | null;

  @MapField('integer', {
    example: { handed: 120, received: 860, limit: 4, excluded: 16 },
    description: 'recipients by state',
  })
  counts: Partial<Record<RecipientState, number>>;

  @MapField('integer', {
    example: { limit_of_the_day: 12, not_followed: 4 },
    description: 'the excluded, by rule',
  })
  excluded: Partial<Record<ExclusionRule, number>>;

  static of(this: void, announcement: ShownAnnouncement): AnnouncementView {
    const { id, batchId, text, attachments, again, createdAt, handedAt, finishedAt } = announcement;
    return {
      id: toPublicId(OPERATION_ID_PREFIX, id),
      batchId: toPublicId('cpb', batchId),
      text,
      attachments: attachments.map(attachmentOf),
      again,
      createdAt: createdAt.toISOString(),
      handedAt: handedAt?.toISOString() ?? null,
      finishedAt: finishedAt?.toISOString() ?? null,
      counts: announcement.counts,
      excluded: announcement.excluded,
    };
  }
}

export class AnnouncementProblemView {
  @IntegerField({ min: -1, max: 10_000_000, example: 41048, description: "WeCom's errcode" })
  errcode: number;

  @TextField({ max: 500, example: 'no customer is left to receive it' })
  en: string;

  @TextField({ max: 500, example: '没有可发送的客户' })
  zh: string;

  static of(this: void, errcode: number): AnnouncementProblemView {
    const { en, zh } = meaningOfErrcode(errcode);
    return { errcode, en, zh };
  }
}

export class RecipientView {
  @PublicIdField('cus')
  customerId: string;

  @PublicIdField('cpn', { description: 'the coupon that he holds' })
  couponId: string;

  @TextField({ max: 64, nullable: true, example: 'chen.yu', description: 'who sends it, once he confirmed' })
  senderUserId: string | null;

  @EnumField(RECIPIENT_STATES, {
    example: 'excluded',
    description:
      'waiting, calling, handed (the member has not confirmed); final: excluded (rule says why), received, not_friend, limit (WeCom says he got enough), not_taken (WeCom gave no task for him), failed, unconfirmed (for 7 days), cancelled',
  })
  state: RecipientState;

  @EnumField(EXCLUSION_RULES, { nullable: true, example: 'limit_of_the_day' })
  rule: ExclusionRule | null;

  @ObjectField(() => AnnouncementProblemView, {
    nullable: true,
    example: null,
    description: 'why WeCom refused',
  })
  problem: AnnouncementProblemView | null;

  @TimeField()
  stateAt: string;

  static of(this: void, recipient: ShownRecipient): RecipientView {
    const { customerId, couponId, errcode, stateAt } = recipient;
    return {
      customerId: toPublicId('cus', customerId),
      couponId: toPublicId('cpn', couponId),
      senderUserId: recipient.senderUserId,
      state: recipient.state,
      rule: recipient.rule,
      problem: errcode === null ? null : AnnouncementProblemView.of(errcode),
      stateAt: stateAt.toISOString(),
    };
  }
}
