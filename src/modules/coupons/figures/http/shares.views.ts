import { toPublicId } from '../../../../platform/context/typed-id.js';
import { IntegerField, ListField, PublicIdField, TextField } from '../../../../platform/http/fields.js';
import { SALE_DIMENSIONS, type SaleDimension } from '../../../customers/index.js';
import { GROUPS_MAX } from '../domain/figures.js';
import type { ShareOfSales } from '../queries/share-of-sales.js';
import { BY, DAY_EXAMPLE, DAY_LENGTH, PlacesQuery, STORE_ID_PREFIX, SUM_MAX } from './figures.views.js';

/** What an event of a customer may say. */
const SAID_MAX = 1_000;

export class SharesQuery extends PlacesQuery {
  @ListField({ values: SALE_DIMENSIONS }, { ...BY, maxItems: SALE_DIMENSIONS.length })
  by?: SaleDimension[];
}

export class ShareView {
  @TextField({
    max: DAY_LENGTH,
    optional: true,
    example: DAY_EXAMPLE,
    description: "of the batch's time zone; all sales of the corp's",
  })
  day?: string;

  @TextField({ max: SAID_MAX, optional: true, nullable: true, example: 'wechat_shop' })
  channel?: string | null;

  @PublicIdField(STORE_ID_PREFIX, { optional: true, nullable: true })
  storeId?: string | null;

  @TextField({ max: SAID_MAX, optional: true, nullable: true, example: 'chen.yu' })
  staffId?: string | null;

  @IntegerField({
    min: -SUM_MAX,
    max: SUM_MAX,
    example: 6_519_000,
    description: '分 paid for orders with coupons',
  })
  withCoupons: number;

  @IntegerField({
    min: -SUM_MAX,
    max: SUM_MAX,
    example: 40_000_000,
    description: '分 paid for all orders that were told as order_paid, less order_refunded',
  })
  sales: number;

  @IntegerField({
    min: -SUM_MAX,
    max: SUM_MAX,
    nullable: true,
    example: 1_629,
    description: 'of 10,000 分 sold so many with coupons; null: nothing was sold, as far as anybody told',
  })
  share: number | null;

  static of(this: void, { storeId, ...group }: ShareOfSales): ShareView {
    const { withCoupons, sales } = group;
    return {
      ...group,
      ...(storeId !== undefined && { storeId: storeId && toPublicId(STORE_ID_PREFIX, storeId) }),
      share: sales > 0 ? Math.floor((withCoupons / sales) * 10_000) : null,
    };
  }
}

export class SharesView {
  @ListField(() => ShareView, { maxItems: GROUPS_MAX })
  groups: ShareView[];
}
