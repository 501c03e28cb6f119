import { toPublicId } from '../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../platform/http/fields.js';
import {
  ATTACHMENT_KINDS,
  type Attachment,
  type AttachmentKind,
  ATTACHMENTS_MAX,
} from '../domain/attachment.js';
import type { WelcomeRule } from '../domain/rule.js';
import { targetOf } from '../domain/target.js';
import { FILE_ID_PREFIX } from './files.views.js';

export const RULE_ID_PREFIX = 'wel';
export const WECOM_ID_MAX = 64;
const COUPON_BATCH_ID_PREFIX = 'cpb';
const TEXT_MAX = 4000;
const URL_MAX = 2048;
const MEDIA_ID_MAX = 256;
const DEPARTMENT_MAX = 4_294_967_295;
const SCOPES = ['corp', 'department', 'staff'] as const;

const PLACEHOLDERS =
  'may name {客户昵称} {员工姓名} {部门名称}, or {customer_name} {staff_name} {department_name}, each with a fallback: {客户昵称|朋友}; {{ and }} are braces';

export class WelcomeAttachmentDto implements Attachment {
  @EnumField(ATTACHMENT_KINDS, {
    example: 'link',
    description:
      'image: fileId, mediaId or pictureUrl; video, file: fileId or mediaId; link: title, url, description?, and fileId (of a picture) or pictureUrl; miniprogram: title, appId, page, and fileId (of an image) or mediaId; coupon: batchId, title, url with {code}, description?, pictureUrl?: a link at which the new friend alone claims one',
  })
  kind: AttachmentKind;

  @PublicIdField(FILE_ID_PREFIX, { optional: true, description: 'of POST /v1/welcome-files' })
  fileId?: string;

  @TextField({
    max: MEDIA_ID_MAX,
    optional: true,
    description: "WeCom's own; dies after 3 days, so a fileId is better",
  })
  mediaId?: string;

  @TextField({ max: URL_MAX, optional: true, example: 'https://example.com/cover.png' })
  pictureUrl?: string;

  @TextField({ max: 128, optional: true, example: '新客礼' })
  title?: string;

  @TextField({ max: URL_MAX, optional: true, example: 'https://example.com/welcome' })
  url?: string;

  @TextField({ max: 512, optional: true, example: '领取新客优惠' })
  description?: string;

  @TextField({ max: WECOM_ID_MAX, optional: true })
  appId?: string;

  @TextField({ max: 1024, optional: true })
  page?: string;

  @PublicIdField(COUPON_BATCH_ID_PREFIX, { optional: true })
  batchId?: string;
}

/** What `PUT` replaces. */
export class WelcomeContentDto {
  @BooleanField({
    optional: true,
    example: true,
    description: 'default true; switched off is as if it were not there',
  })
  enabled: boolean = true;

  @BooleanField({
    optional: true,
    example: false,
    description: 'default false; true: nothing is sent here, whatever a wider rule says',
  })
  silent: boolean = false;

  @TextField({
    max: TEXT_MAX,
    optional: true,
    example: '{客户昵称|您}好，我是{员工姓名}，很高兴认识您！',
    description: PLACEHOLDERS,
  })
  text?: string;

  @ListField(() => WelcomeAttachmentDto, { maxItems: ATTACHMENTS_MAX, optional: true })
  attachments: WelcomeAttachmentDto[] = [];
}

export class WelcomeRuleDto extends WelcomeContentDto {
  @EnumField(SCOPES, { example: 'corp', description: 'the most specific rule speaks' })
  scope: (typeof SCOPES)[number];

  @TextField({ max: WECOM_ID_MAX, optional: true, description: 'with scope staff' })
  staffUserId?: string;

  @IntegerField({ min: 1, max: DEPARTMENT_MAX, optional: true, description: 'with scope department' })
  departmentId?: number;
}

export class WelcomeAttachmentView {
  @EnumField(ATTACHMENT_KINDS, { example: 'link' })
  kind: AttachmentKind;

  @PublicIdField(FILE_ID_PREFIX, { optional: true })
  fileId?: string;

  @TextField({ max: MEDIA_ID_MAX, optional: true, example: '3Rk9exampleMediaIdAbCdEfGhIjKlMnOpQrStUvWx' })
  mediaId?: string;

  @TextField({ max: URL_MAX, optional: true, example: 'https://example.com/cover.png' })
  pictureUrl?: string;

  @TextField({ max: 128, optional: true, example: '新客礼' })
  title?: string;

  @TextField({ max: URL_MAX, optional: true, example: 'https://example.com/welcome' })
  url?: string;

  @TextField({ max: 512, optional: true, example: '领取新客优惠' })
  description?: string;

  @TextField({ max: WECOM_ID_MAX, optional: true, example: 'wx0123456789abcdef' })
  appId?: string;

  @TextField({ max: 1024, optional: true, example: 'pages/index' })
  page?: string;

  @PublicIdField(COUPON_BATCH_ID_PREFIX, { optional: true })
  batchId?: string;

  static of(this: void, attachment: Attachment): WelcomeAttachmentView {
    const { fileId, batchId } = attachment;
    return {
      ...attachment,
      ...(fileId !== undefined && { fileId: toPublicId(FILE_ID_PREFIX, fileId) }),
      ...(batchId !== undefined && { batchId: toPublicId(COUPON_BATCH_ID_PREFIX, batchId) }),
    };
  }
}

export class WelcomeRuleView {
  @PublicIdField(RULE_ID_PREFIX)
  id: string;

  @EnumField(SCOPES, { example: 'corp' })
  scope: (typeof SCOPES)[number];

  @TextField({ max: WECOM_ID_MAX, nullable: true, example: null, description: 'his present userid' })
  staffUserId: string | null;

  @IntegerField({ min: 1, max: DEPARTMENT_MAX, nullable: true, example: null })
  departmentId: number | null;

  @BooleanField({ example: true })
  enabled: boolean;

  @BooleanField({ example: false })
  silent: boolean;

  @TextField({
    max: TEXT_MAX,
    nullable: true,
    example: '{客户昵称|您}好，我是{员工姓名}，很高兴认识您！',
  })
  text: string | null;

  @ListField(() => WelcomeAttachmentView, { maxItems: ATTACHMENTS_MAX })
  attachments: WelcomeAttachmentView[];

  @TimeField()
  createdAt: string;

  @TimeField()
  updatedAt: string;

  /** @param userIds present userids by the member's own id */
  static of(rule: WelcomeRule, userIds: ReadonlyMap<string, string>): WelcomeRuleView {
    const target = targetOf(rule.target);
    return {
      id: toPublicId(RULE_ID_PREFIX, rule.id),
      scope: target.scope,
      staffUserId: target.scope === 'staff' ? (userIds.get(target.staffId) ?? null) : null,
      departmentId: target.scope === 'department' ? target.departmentId : null,
      enabled: rule.enabled,
      silent: rule.silent,
      text: rule.text,
      attachments: rule.attachments.map(WelcomeAttachmentView.of),
      createdAt: rule.createdAt.toISOString(),
      updatedAt: rule.updatedAt.toISOString(),
    };
  }
}
