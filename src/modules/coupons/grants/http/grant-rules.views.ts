import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import {
  type Grant,
  GRANT_TRIGGERS,
  type GrantCondition,
  type GrantRule,
  type GrantRuleVersion,
  type GrantTrigger,
  STREAK_MAX,
} from '../domain/grant-rule.js';
import { grantsErrors } from '../grants.errors.js';

export const GRANT_RULE_ID_PREFIX = 'cgr';
const BATCH_ID_PREFIX = 'cpb';
const COUPON_ID_PREFIX = 'cpn';
const CUSTOMER_ID_PREFIX = 'cus';
const PROGRAM_ID_PREFIX = 'prg';
const NAME_MAX = 100;
const SLUG_MAX = 64;
const CODE_MAX = 100;
const OWNER_MAX = 200;
const AMOUNT_MAX = 1_000_000_000_000;
const VERSION_MAX = 1_000_000_000;

export class GrantConditionDto {
  @EnumField(GRANT_TRIGGERS, {
    example: 'level',
    description:
      'level: reached from below; streak: days of check-ins in a row; purchase: an order was paid; tag: a corp tag was put',
  })
  trigger: GrantTrigger;

  @PublicIdField(PROGRAM_ID_PREFIX, { optional: true, description: 'of level and streak' })
  programId?: string;

  @TextField({ max: SLUG_MAX, optional: true, example: 'gold', description: "of level: the level's key" })
  level?: string;

  @IntegerField({ min: 1, max: STREAK_MAX, optional: true, example: 7, description: 'of streak' })
  days?: number;

  @IntegerField({ min: 0, max: AMOUNT_MAX, optional: true, example: 10_000, description: 'of purchase, 分' })
  amountMin?: number;

  @TextField({
    max: SLUG_MAX,
    optional: true,
    example: 'etQ7x2CAAAtag000000000000001',
    description: "of tag: WeCom's id",
  })
  wecomTagId?: string;

  /** @throws coupons.grant_condition_invalid */
  static read(this: void, dto: GrantConditionDto): GrantCondition {
    const { trigger, ...given } = dto;
    const { programId, level, days, amountMin, wecomTagId } = given;
    const count = Object.values(given).filter((value) => value !== undefined).length;
    if (trigger === 'level' && programId && level && count === 2) return { trigger, programId, level };
    if (trigger === 'streak' && programId && days && count === 2) return { trigger, programId, days };
    if (trigger === 'purchase' && amountMin !== undefined && count === 1) return { trigger, amountMin };
    if (trigger === 'tag' && wecomTagId && count === 1) return { trigger, wecomTagId };
    throw grantsErrors.grant_condition_invalid({ trigger });
  }

  static of(this: void, condition: GrantCondition): GrantConditionDto {
    if (!('programId' in condition)) return condition;
    return { ...condition, programId: toPublicId(PROGRAM_ID_PREFIX, condition.programId) };
  }
}

export class GrantRuleDto {
  @TextField({ max: NAME_MAX, example: '升级金卡送券' })
  name: string;

  @PublicIdField(BATCH_ID_PREFIX, { description: 'one coupon of it each time' })
  batchId: string;

  @ObjectField(() => GrantConditionDto)
  condition: GrantConditionDto;

  @BooleanField({
    optional: true,
    example: true,
    description: 'default true; false: nothing is granted from now on',
  })
  enabled?: boolean;
}

export class GrantRuleVersionView {
  @IntegerField({ min: 1, max: VERSION_MAX, example: 1 })
  version: number;

  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @BooleanField({ example: true })
  enabled: boolean;

  @ObjectField(() => GrantConditionDto)
  condition: GrantConditionDto;

  @TextField({ max: OWNER_MAX, example: 'crm', description: 'the owner of the key that made this version' })
  owner: string;

  @TimeField({ description: 'events told since are judged by it' })
  inForceFrom: string;

  static of(this: void, rule: GrantRuleVersion): GrantRuleVersionView {
    const { version, batchId, enabled, condition, owner, inForceFrom } = rule;
    return {
      version,
      batchId: toPublicId(BATCH_ID_PREFIX, batchId),
      enabled,
      condition: GrantConditionDto.of(condition),
      owner,
      inForceFrom: inForceFrom.toISOString(),
    };
  }
}

export class GrantRuleView extends GrantRuleVersionView {
  @PublicIdField(GRANT_RULE_ID_PREFIX)
  id: string;

  @TextField({ max: NAME_MAX, example: '升级金卡送券' })
  name: string;

  @TimeField()
  createdAt: string;

  static override of(this: void, rule: GrantRule): GrantRuleView {
    const { id, name, createdAt } = rule;
    return {
      ...GrantRuleVersionView.of(rule),
      id: toPublicId(GRANT_RULE_ID_PREFIX, id),
      name,
      createdAt: createdAt.toISOString(),
    };
  }
}

export class GrantView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @IntegerField({ min: 1, max: VERSION_MAX, example: 1, description: 'of the rule, which was in force' })
  version: number;

  @PublicIdField(COUPON_ID_PREFIX, { nullable: true })
  couponId: string | null;

  @TextField({ max: CODE_MAX, nullable: true, example: null, description: 'why there is no coupon' })
  refusal: string | null;

  @TimeField()
  grantedAt: string;

  static of(this: void, { customerId, version, couponId, refusal, grantedAt }: Grant): GrantView {
    return {
      customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
      version,
      couponId: couponId && toPublicId(COUPON_ID_PREFIX, couponId),
      refusal,
      grantedAt: grantedAt.toISOString(),
    };
  }
}
