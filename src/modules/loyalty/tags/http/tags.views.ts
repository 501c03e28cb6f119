import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { AMOUNT_MAX } from '../../ledger/domain/posting.js';
import { type TagRules, TAGS_MAX } from '../domain/tag-rules.js';
import type { ShownTagWrite } from '../persistence/tag-write-store.js';

const CUSTOMER_ID_PREFIX = 'cus';
const TAG_ID_MAX = 64;
const TAG_EXAMPLE = 'etQ7x2CAAAtag000000000000001';
const STATES = ['waiting', 'calling', 'done', 'refused'] as const;

export class LevelTagDto {
  @TextField({ max: 32, example: 'gold' })
  level: string;

  @TextField({ max: TAG_ID_MAX, example: TAG_EXAMPLE })
  wecomTagId: string;
}

export class BandTagDto {
  @IntegerField({ min: 0, max: AMOUNT_MAX, example: 1_000 })
  from: number;

  @IntegerField({
    min: 1,
    max: AMOUNT_MAX,
    optional: true,
    nullable: true,
    example: 5_000,
    description: 'the first balance above it; null: no end',
  })
  below?: number | null;

  @TextField({ max: TAG_ID_MAX, example: TAG_EXAMPLE })
  wecomTagId: string;
}

export class TagRulesDto {
  @ListField(() => LevelTagDto, { maxItems: TAGS_MAX, optional: true })
  levels: LevelTagDto[] = [];

  @ListField(() => BandTagDto, { maxItems: TAGS_MAX, optional: true, description: 'of the wallet points' })
  bands: BandTagDto[] = [];
}

export class TagRulesView {
  @ListField(() => LevelTagDto, { maxItems: TAGS_MAX })
  levels: LevelTagDto[];

  @ListField(() => BandTagDto, { maxItems: TAGS_MAX })
  bands: BandTagDto[];

  static of(this: void, { levels, bands }: TagRules): TagRulesView {
    return {
      levels: levels.map(({ level, wecomTagId }) => ({ level, wecomTagId })),
      bands: bands.map(({ from, below, wecomTagId }) => ({ from, below, wecomTagId })),
    };
  }
}

export class TagWritesQuery extends PageQuery {
  @EnumField(STATES, { optional: true, example: 'refused' })
  state?: (typeof STATES)[number];
}

export class TagWriteView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: 64, example: 'chen.yu' })
  staffUserId: string;

  @ListField('text', { maxItems: 2, example: [TAG_EXAMPLE], description: 'what the relation shall show' })
  wecomTagIds: string[];

  @EnumField(STATES, { example: 'done', description: 'calling: WeCom is asked, or was and has not answered' })
  state: (typeof STATES)[number];

  @TimeField()
  requestedAt: Date;

  @TimeField({ nullable: true })
  settledAt: Date | null;

  @IntegerField({ min: -1_000_000, max: 1_000_000, nullable: true, example: null, description: "WeCom's" })
  errcode: number | null;

  @TextField({ max: 100, nullable: true, example: null, description: 'why WeCom refused it' })
  problem: string | null;

  static of(this: void, write: ShownTagWrite): TagWriteView {
    const { customerId, staffUserId, wished, state, requestedAt, settledAt, errcode, problem } = write;
    const id = toPublicId(CUSTOMER_ID_PREFIX, customerId);
    return {
      customerId: id,
      staffUserId,
      wecomTagIds: [...wished],
      state,
      requestedAt,
      settledAt,
      errcode,
      problem,
    };
  }
}
