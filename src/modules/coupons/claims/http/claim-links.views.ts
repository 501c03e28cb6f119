import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { IdentifierDto } from '../../../customers/index.js';
import { type ClaimLink, LINK_ID_PREFIX, LINKS_PER_CALL_MAX, type NewLink } from '../domain/claim-link.js';
import { BATCH_ID_PREFIX, CHANNEL_MAX, CUSTOMER_ID_PREFIX } from '../domain/issue-order.js';
import type { LinkResult } from '../use-cases/claim-links.js';

const CODE_MAX = 64;
const KEY_MAX = 128;
const PATH_MAX = 100;
const CODE = 'q6kK0mCk2M0eF3pUe3Y5Zw';

export class ClaimLinkDto {
  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, {
    optional: true,
    description: 'to whom it is sent: nobody else can use it',
  })
  customerId?: string;

  @TextField({ max: CHANNEL_MAX, optional: true, example: 'poster' })
  channel?: string;

  @TimeField({ stored: true, example: '2026-12-31T16:00:00.000Z', description: 'within 366 days' })
  expiresAt: Date;

  static wantedOf(this: void, dto: ClaimLinkDto & { key?: string }): NewLink {
    const { key = null, batchId, customerId = null, channel = null, expiresAt } = dto;
    return { key, batchId, customerId, channel, expiresAt };
  }
}

export class KeyedLinkDto extends ClaimLinkDto {
  @TextField({
    max: KEY_MAX,
    example: 'xmas:8842',
    description: "the business's own name for it: it makes one link once for ever in the corp",
  })
  key: string;
}

export class ClaimLinksDto {
  @ListField(() => KeyedLinkDto, { minItems: 1, maxItems: LINKS_PER_CALL_MAX })
  links: KeyedLinkDto[];
}

export class ClaimLinksQuery extends PageQuery {
  @PublicIdField(BATCH_ID_PREFIX, { optional: true })
  batchId?: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true, description: 'to whom it was sent' })
  customerId?: string;
}

export class LinkClaimDto {
  @TextField({ max: CODE_MAX, example: CODE, description: 'of the link: what stands behind /c/' })
  code: string;

  @ObjectField(() => IdentifierDto, {
    description: 'of the customer, from your own login: who sends it vouches for it',
  })
  identifier: IdentifierDto;
}

export class ClaimLinkView {
  @PublicIdField(LINK_ID_PREFIX)
  id: string;

  @TextField({ max: CODE_MAX, example: CODE })
  code: string;

  @TextField({
    max: PATH_MAX,
    example: `/c/${CODE}`,
    description: 'of the public page, at your own host name',
  })
  path: string;

  @TextField({ max: KEY_MAX, nullable: true, example: 'xmas:8842', description: 'null: made without' })
  key: string | null;

  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { nullable: true })
  customerId: string | null;

  @TextField({ max: CHANNEL_MAX, nullable: true, example: 'poster' })
  channel: string | null;

  @TimeField({ example: '2026-12-31T16:00:00.000Z' })
  expiresAt: string;

  @TimeField({ nullable: true, example: null })
  switchedOffAt: string | null;

  @TimeField()
  createdAt: string;

  static of(link: ClaimLink): ClaimLinkView {
    const { id, code, key, batchId, customerId, channel } = link;
    return {
      id: toPublicId(LINK_ID_PREFIX, id),
      code,
      path: `/c/${code}`,
      key,
      batchId: toPublicId(BATCH_ID_PREFIX, batchId),
      customerId: customerId === null ? null : toPublicId(CUSTOMER_ID_PREFIX, customerId),
      channel,
      expiresAt: link.expiresAt.toISOString(),
      switchedOffAt: link.switchedOffAt?.toISOString() ?? null,
      createdAt: link.createdAt.toISOString(),
    };
  }
}

export class LinkResultView {
  @IntegerField({ min: 0, max: LINKS_PER_CALL_MAX, example: 0, description: 'its place in the request' })
  index: number;

  @EnumField(['made', 'refused'], { example: 'made' })
  outcome: string;

  @ObjectField(() => ClaimLinkView, { nullable: true })
  link: ClaimLinkView | null;

  @BooleanField({ example: false, description: 'whether its key had made it before' })
  replayed: boolean;

  @TextField({ max: CODE_MAX, nullable: true, example: null, description: 'why there is none' })
  code: string | null;

  static of(this: void, result: LinkResult, index: number): LinkResultView {
    if ('refusal' in result)
      return { index, outcome: 'refused', link: null, replayed: false, code: result.refusal.code };
    const { link, replayed } = result;
    return { index, outcome: 'made', link: ClaimLinkView.of(link), replayed, code: null };
  }
}

export class LinkResultsView {
  @ListField(() => LinkResultView, { maxItems: LINKS_PER_CALL_MAX })
  results: LinkResultView[];
}
