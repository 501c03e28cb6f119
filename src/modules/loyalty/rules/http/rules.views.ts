import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import type { StoredRule, StoredVersion } from '../persistence/rule-store.js';
import { contentView } from './rule-content.js';
import { NAME_MAX, RULE_ID_PREFIX, RuleContentDto } from './rule.dto.js';

const VERSION_MAX = 1_000_000;
const ID_MAX = 36;

export class RuleVersionView {
  @TextField({
    max: ID_MAX,
    example: '019adc3a-6f00-7abc-8def-001122334455',
    description: 'as entries of statements name it',
  })
  id: string;

  @IntegerField({ min: 1, max: VERSION_MAX, example: 1 })
  version: number;

  @ObjectField(() => RuleContentDto)
  content: object;

  @TimeField({ nullable: true, description: 'null: never activated' })
  inForceFrom: string | null;

  @TimeField({ nullable: true })
  inForceTo: string | null;

  @TimeField()
  createdAt: string;

  @TextField({ max: 200, example: 'crm' })
  createdBy: string;

  static of(this: void, version: StoredVersion): RuleVersionView {
    const { id, version: number, content, inForceFrom, inForceTo, createdAt, createdBy } = version;
    return {
      id,
      version: number,
      content: contentView(content),
      inForceFrom: inForceFrom?.toISOString() ?? null,
      inForceTo: inForceTo?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
      createdBy,
    };
  }
}

export class RuleView {
  @PublicIdField(RULE_ID_PREFIX)
  id: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @TextField({ max: NAME_MAX, example: '消费积分' })
  name: string;

  @EnumField(['draft', 'in_force', 'ended'], { example: 'in_force' })
  state: string;

  @ObjectField(() => RuleVersionView, { description: 'the newest, in force or not' })
  latest: RuleVersionView;

  @IntegerField({ min: 1, max: VERSION_MAX, nullable: true, example: 1 })
  versionInForce: number | null;

  @TimeField()
  createdAt: string;

  static of(this: void, rule: StoredRule): RuleView {
    const { id, programId, name, latest, inForce, createdAt } = rule;
    const state = inForce ? 'in_force' : latest.inForceTo ? 'ended' : 'draft';
    return {
      id: toPublicId(RULE_ID_PREFIX, id),
      programId: toPublicId(PROGRAM_ID_PREFIX, programId),
      name,
      state,
      latest: RuleVersionView.of(latest),
      versionInForce: inForce?.version ?? null,
      createdAt: createdAt.toISOString(),
    };
  }
}

export class RulesQuery extends PageQuery {
  @PublicIdField(PROGRAM_ID_PREFIX, { optional: true })
  programId?: string;
}
