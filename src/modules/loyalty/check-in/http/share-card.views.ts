import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  TextField,
} from '../../../../platform/http/fields.js';
import { HONOUR_KINDS, type HonourKind } from '../../honours/domain/honour.js';
import { MARK_MAX } from '../../honours/http/honours.views.js';
import { STREAK_MAX } from '../domain/check-in.js';
import type { ShareCard } from '../queries/show-check-ins.js';
import { DAY_LENGTH } from './check-ins.views.js';

const NAME_MAX = 200;
const HONOURS_MAX = 50;

class CardHonourView {
  @TextField({ max: 64, example: 'week-streak' })
  key: string;

  @EnumField(HONOUR_KINDS, { example: 'medal' })
  kind: HonourKind;

  @TextField({ max: NAME_MAX, example: '七日之星' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Star of the week' })
  nameEn: string;

  @TextField({ max: MARK_MAX, nullable: true, example: '🌟' })
  mark: string | null;
}

class CardLevelView {
  @TextField({ max: 64, example: 'gold' })
  key: string;

  @TextField({ max: NAME_MAX, example: '黄金' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Gold' })
  nameEn: string;
}

export class ShareCardView {
  @TextField({ max: NAME_MAX, nullable: true, example: '小林', description: 'the only thing personal on it' })
  displayName: string | null;

  @TextField({ max: NAME_MAX, example: '会员积分' })
  programNameZh: string;

  @TextField({ max: NAME_MAX, example: 'Points' })
  programNameEn: string;

  @ObjectField(() => CardLevelView, { nullable: true, description: 'null where the program has no levels' })
  level: CardLevelView | null;

  @TextField({ max: DAY_LENGTH, example: '2026-11-22' })
  day: string;

  @IntegerField({
    min: 0,
    max: STREAK_MAX,
    example: 7,
    description: 'alive until the end of the day after its last',
  })
  streak: number;

  @IntegerField({ min: 0, max: STREAK_MAX, example: 21 })
  bestStreak: number;

  @IntegerField({ min: 0, max: STREAK_MAX, example: 83 })
  totalDays: number;

  @BooleanField({ example: true })
  hasCheckedInToday: boolean;

  @ListField(() => CardHonourView, { maxItems: HONOURS_MAX })
  honours: CardHonourView[];

  static of({ honours, level, ...card }: ShareCard): ShareCardView {
    return {
      ...card,
      level: level && { key: level.key, nameZh: level.nameZh, nameEn: level.nameEn },
      honours: honours.map(({ key, kind, nameZh, nameEn, mark }) => ({ key, kind, nameZh, nameEn, mark })),
    };
  }
}
