import { toPublicId } from '../../../../platform/context/typed-id.js';
import { ObjectField, PublicIdField, TextField, TimeField } from '../../../../platform/http/fields.js';
import { IdentifierDto } from '../../../customers/index.js';
import { type ClaimLink, LINK_ID_PREFIX } from '../domain/claim-link.js';
import { BATCH_ID_PREFIX, CHANNEL_MAX, CUSTOMER_ID_PREFIX } from '../domain/issue-order.js';

const CODE_MAX = 64;
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
    const { id, code, batchId, customerId, channel } = link;
    return {
      id: toPublicId(LINK_ID_PREFIX, id),
      code,
      path: `/c/${code}`,
      batchId: toPublicId(BATCH_ID_PREFIX, batchId),
      customerId: customerId === null ? null : toPublicId(CUSTOMER_ID_PREFIX, customerId),
      channel,
      expiresAt: link.expiresAt.toISOString(),
      switchedOffAt: link.switchedOffAt?.toISOString() ?? null,
      createdAt: link.createdAt.toISOString(),
    };
  }
}
