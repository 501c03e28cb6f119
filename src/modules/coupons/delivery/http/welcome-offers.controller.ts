import { Controller, Get, Query } from '@nestjs/common';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { PublicIdField, TextField, TimeField } from '../../../../platform/http/fields.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf, PageQuery } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { Batches } from '../../batches/queries/batches.js';
import { LINK_ID_PREFIX } from '../../claims/domain/claim-link.js';
import { couponsErrors } from '../../coupons.errors.js';
import { type ShownOffer, ShowWelcomeOffers } from '../queries/show-welcome-offers.js';

const { batch_not_found } = couponsErrors;

export class WelcomeOfferView {
  @PublicIdField(LINK_ID_PREFIX)
  linkId: string;

  @PublicIdField('cus')
  customerId: string;

  @TextField({
    max: 20,
    nullable: true,
    example: 'sent',
    description: 'of the welcome: sent, code_invalid, given_up, refused, unknown; null: not told, or not yet',
  })
  outcome: string | null;

  @PublicIdField('cpn', { nullable: true, description: 'null: he has not claimed it' })
  couponId: string | null;

  @TimeField()
  madeAt: string;

  static of(this: void, { linkId, customerId, outcome, couponId, madeAt }: ShownOffer): WelcomeOfferView {
    return {
      linkId: toPublicId(LINK_ID_PREFIX, linkId),
      customerId: toPublicId('cus', customerId),
      outcome,
      couponId: couponId && toPublicId('cpn', couponId),
      madeAt: madeAt.toISOString(),
    };
  }
}

@Controller('v1/coupons/batches')
export class WelcomeOffersController {
  constructor(
    private readonly offers: ShowWelcomeOffers,
    private readonly batches: Batches,
    private readonly cursors: Cursors,
  ) {}

  @Get(':id/welcome-offers')
  @Endpoint({
    id: 'coupons.list_welcome_offers',
    summary: {
      en: 'List whom a welcome offered the batch to, the newest first',
      zh: '随欢迎语发放的领券链接（最新在前）',
    },
    description: {
      en: 'A welcome rule with an attachment of kind coupon sends each new friend a claim link of his own.',
      zh: '欢迎语规则含 coupon 附件时，每位新客户收到专属领券链接。',
    },
    scope: 'coupons:read',
    response: pageOf(WelcomeOfferView),
    errors: [httpErrors.cursor_invalid, batch_not_found],
  })
  async list(
    @PublicIdParam('id', 'cpb', batch_not_found) batchId: string,
    @Query() query: PageQuery,
  ): Promise<Page<WelcomeOfferView>> {
    await this.batches.get(batchId);
    return keysetPage(this.cursors, {
      name: `welcome-offers ${batchId}`,
      query,
      read: (after: { linkId: string } | undefined, limit) => this.offers.list(batchId, after, limit),
      keyOf: ({ linkId }) => ({ linkId }),
      viewOf: WelcomeOfferView.of,
    });
  }
}
