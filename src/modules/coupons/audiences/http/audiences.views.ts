import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { OPERATION_ID_PREFIX } from '../../../../platform/operations/operation.js';
import { CustomerFilterDto } from '../../../customers/index.js';
import { CHANNEL_MAX } from '../../claims/domain/issue-order.js';
import {
  type Audience,
  AUDIENCE_SOURCES,
  AUDIENCE_STATES,
  type AudienceSource,
  type AudienceState,
  EACH_MAX,
  LISTED_PER_CALL_MAX,
} from '../domain/audience.js';
import type { NewAudience } from '../persistence/audience-store.js';
import type { RefusedMember } from '../persistence/member-store.js';
import type { ListingResult } from '../use-cases/audiences.js';

export const AUDIENCE_ID_PREFIX = 'cpa';
const BATCH_ID_PREFIX = 'cpb';
const CUSTOMER_ID_PREFIX = 'cus';
const NAME_MAX = 100;
const CODE_MAX = 100;
const COUNT_MAX = 1_000_000_000;

export class AudienceDto {
  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @TextField({ max: NAME_MAX, example: '双十一老客', description: 'for people' })
  name: string;

  @IntegerField({
    min: 1,
    max: EACH_MAX,
    optional: true,
    example: 1,
    description: 'so many coupons for each person; default 1',
  })
  each?: number;

  @TextField({ max: CHANNEL_MAX, optional: true, example: 'crm', description: 'shown in the figures' })
  channel?: string;

  @ObjectField(() => CustomerFilterDto, {
    optional: true,
    description: 'without it the customers are sent as a list; {} is everybody',
  })
  filter?: CustomerFilterDto;

  static read(this: void, { batchId, name, each, channel, filter }: AudienceDto): NewAudience {
    const source = filter ? 'filter' : 'list';
    return { batchId, name, source, filter: filter ?? null, each: each ?? 1, channel: channel ?? null };
  }
}

export class AudienceCustomersDto {
  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    { minItems: 1, maxItems: LISTED_PER_CALL_MAX, example: ['cus_01jd3q4mfaeq6v5c0qd8y3y5za'] },
  )
  customerIds: string[];
}

export class ListingResultView {
  @EnumField(['added', 'repeated', 'refused'], { example: 'added', description: 'repeated: it came before' })
  status: ListingResult['status'];

  @TextField({
    max: CODE_MAX,
    optional: true,
    example: 'coupons.audience_customer_unknown',
    description: 'why it was refused',
  })
  code?: string;
}

export class ListingResultsView {
  @ListField(() => ListingResultView, { maxItems: LISTED_PER_CALL_MAX })
  results: ListingResult[];
}

export class AudienceView {
  @PublicIdField(AUDIENCE_ID_PREFIX)
  id: string;

  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @TextField({ max: NAME_MAX, example: '双十一老客' })
  name: string;

  @EnumField(AUDIENCE_SOURCES, { example: 'filter' })
  source: AudienceSource;

  @ObjectField(() => CustomerFilterDto, { nullable: true })
  filter: object | null;

  @IntegerField({ min: 1, max: EACH_MAX, example: 1, description: 'coupons for each person' })
  each: number;

  @TextField({ max: CHANNEL_MAX, nullable: true, example: 'crm' })
  channel: string | null;

  @EnumField(AUDIENCE_STATES, {
    example: 'done',
    description: 'staging → running → done, failed or cancelled; each of these three can be started again',
  })
  state: AudienceState;

  @TimeField({ nullable: true, description: 'since then nobody joins or leaves it' })
  frozenAt: string | null;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 1_200 })
  customers: number;

  @PublicIdField(OPERATION_ID_PREFIX, {
    nullable: true,
    description: 'progress; where it is cancelled, and answered when it asks about the stock',
  })
  operationId: string | null;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 1_198, description: 'coupons, of all runs' })
  issued: number;

  @IntegerField({
    min: 0,
    max: COUNT_MAX,
    example: 2,
    description: 'customers who did not get all of theirs: see …/refusals',
  })
  refused: number;

  @TextField({ max: CODE_MAX, nullable: true, example: null, description: 'why the last run failed' })
  errorCode: string | null;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true })
  finishedAt: string | null;

  static of(this: void, audience: Audience): AudienceView {
    const { onlyRefused: _, cursor: _c, done: _d, operationId, ...shown } = audience;
    const { id, batchId, frozenAt, createdAt, finishedAt } = shown;
    return {
      ...shown,
      id: toPublicId(AUDIENCE_ID_PREFIX, id),
      batchId: toPublicId(BATCH_ID_PREFIX, batchId),
      operationId: operationId && toPublicId(OPERATION_ID_PREFIX, operationId),
      frozenAt: frozenAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
    };
  }
}

export class AudienceRefusalView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @IntegerField({ min: 0, max: EACH_MAX, example: 0, description: 'coupons of this audience that he has' })
  issued: number;

  @TextField({ max: CODE_MAX, example: 'coupons.limit_reached', description: 'why he lacks the others' })
  code: string;

  static of(this: void, { customerId, ...rest }: RefusedMember): AudienceRefusalView {
    return { ...rest, customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId) };
  }
}
