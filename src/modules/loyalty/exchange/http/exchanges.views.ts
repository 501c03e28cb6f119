import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { AMOUNT_MAX, TRANSFER_ID_PREFIX } from '../../ledger/domain/posting.js';
import { GRANT_ID_PREFIX } from '../../honours/http/honour-grants.views.js';
import { MEMBER_ID_PREFIX } from '../../programs/domain/program.js';
import { EXCHANGE_STATES, type Exchange, type ExchangeState } from '../domain/exchange.js';
import { BENEFIT_ID_PREFIX } from './benefits.views.js';

export const EXCHANGE_ID_PREFIX = 'exc';
const CUSTOMER_ID_PREFIX = 'cus';
const TRACKING_MAX = 64;
const REASON_MAX = 200;
const SOURCES = ['points', 'check_in'] as const;

export class ExchangeDto {
  @PublicIdField(BENEFIT_ID_PREFIX)
  benefitId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;
}

export class ShipDto {
  @TextField({
    max: TRACKING_MAX,
    optional: true,
    example: 'SF1000000000001',
    description: "the carrier's; no address belongs here",
  })
  trackingNumber?: string;
}

export class CancelExchangeDto {
  @TextField({ max: REASON_MAX, example: '客户要求取消' })
  reason: string;
}

export class ExchangesQuery extends PageQuery {
  @EnumField(EXCHANGE_STATES, { optional: true, example: 'ordered' })
  state?: ExchangeState;

  @PublicIdField(BENEFIT_ID_PREFIX, { optional: true })
  benefitId?: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true, description: 'and all who are one person with him' })
  customerId?: string;
}

export class ExchangeView {
  @PublicIdField(EXCHANGE_ID_PREFIX)
  id: string;

  @PublicIdField(BENEFIT_ID_PREFIX)
  benefitId: string;

  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @EnumField(SOURCES, { example: 'points', description: 'check_in: given for a streak' })
  source: Exchange['source'];

  @IntegerField({ min: 0, max: AMOUNT_MAX, example: 500, description: 'points, as they were then' })
  cost: number;

  @PublicIdField(TRANSFER_ID_PREFIX, { nullable: true, description: 'the points, unless it was given' })
  transferId: string | null;

  @PublicIdField(GRANT_ID_PREFIX, {
    nullable: true,
    example: null,
    description: 'the title or privilege that it brought',
  })
  grantId: string | null;

  @TextField({ max: TRACKING_MAX, nullable: true, example: null })
  couponId: string | null;

  @EnumField(EXCHANGE_STATES, {
    example: 'ordered',
    description: 'given: had at once; a physical prize goes ordered, shipped, delivered',
  })
  state: ExchangeState;

  @TimeField({ description: 'since when it is in this state' })
  stateAt: string;

  @TextField({ max: TRACKING_MAX, nullable: true, example: null })
  trackingNumber: string | null;

  @TextField({ max: REASON_MAX, nullable: true, example: null })
  cancelledReason: string | null;

  @TimeField()
  createdAt: string;

  static of({ seq: _, ...exchange }: Exchange): ExchangeView {
    const { transferId, grantId } = exchange;
    return {
      ...exchange,
      id: toPublicId(EXCHANGE_ID_PREFIX, exchange.id),
      benefitId: toPublicId(BENEFIT_ID_PREFIX, exchange.benefitId),
      memberId: toPublicId(MEMBER_ID_PREFIX, exchange.memberId),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, exchange.customerId),
      transferId: transferId === null ? null : toPublicId(TRANSFER_ID_PREFIX, transferId),
      grantId: grantId === null ? null : toPublicId(GRANT_ID_PREFIX, grantId),
      stateAt: exchange.stateAt.toISOString(),
      createdAt: exchange.createdAt.toISOString(),
    };
  }
}
