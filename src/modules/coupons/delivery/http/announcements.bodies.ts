import { BooleanField, EnumField, ListField, TextField } from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import {
  EXCLUSION_RULES,
  type ExclusionRule,
  RECIPIENT_STATES,
  type RecipientState,
} from '../domain/announcement.js';
import { ANNOUNCEMENT_ATTACHMENT_KINDS, type AttachmentOrder } from '../domain/message-fault.js';

export const TEXT_MAX = 4000;
export const ATTACHMENTS_MAX = 9;
export const EXAMPLE_TEXT = '您有一张 30 元券尚未使用，周末到店即可抵扣';
const URL_MAX = 2048;
const ID_MAX = 256;

export class AnnouncementAttachmentDto implements AttachmentOrder {
  @EnumField(ANNOUNCEMENT_ATTACHMENT_KINDS, {
    example: 'link',
    description:
      'link: title, url, description?, pictureUrl?; miniprogram: title, mediaId (cover), appId, page; image: mediaId or pictureUrl (of media/uploadimg)',
  })
  kind: (typeof ANNOUNCEMENT_ATTACHMENT_KINDS)[number];

  @TextField({ max: 128, optional: true, example: '查看我的优惠券' })
  title?: string;

  @TextField({ max: URL_MAX, optional: true, example: 'https://shop.example.com/coupons' })
  url?: string;

  @TextField({ max: 512, optional: true })
  description?: string;

  @TextField({ max: URL_MAX, optional: true })
  pictureUrl?: string;

  @TextField({ max: ID_MAX, optional: true, description: "WeCom's own; dies after 3 days" })
  mediaId?: string;

  @TextField({ max: 64, optional: true })
  appId?: string;

  @TextField({ max: 1024, optional: true })
  page?: string;
}

export class AnnouncementDto {
  @TextField({ max: TEXT_MAX, optional: true, example: EXAMPLE_TEXT, description: 'at most 4,000 bytes' })
  text?: string;

  @ListField(() => AnnouncementAttachmentDto, { maxItems: ATTACHMENTS_MAX, optional: true })
  attachments: AnnouncementAttachmentDto[] = [];

  @BooleanField({
    optional: true,
    example: false,
    description:
      'default false: whoever an earlier announcement of the batch was handed to staff for is left out',
  })
  again: boolean = false;
}

export class RecipientsQuery extends PageQuery {
  @EnumField(RECIPIENT_STATES, { optional: true, example: 'excluded' })
  state?: RecipientState;

  @EnumField(EXCLUSION_RULES, { optional: true, example: 'limit_of_the_day' })
  rule?: ExclusionRule;
}
