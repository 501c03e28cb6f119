import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { MEMBER_ID_PREFIX } from '../../programs/domain/program.js';
import { GRANT_SOURCES, type GrantSource } from '../domain/honour.js';
import type { HeldHonour } from '../queries/show-honours.js';
import { GRANTS_PER_CALL_MAX, type GrantOutcome } from '../use-cases/honours.js';
import { HONOUR_ID_PREFIX, HonourFields, MARK_MAX } from './honours.views.js';

export const GRANT_ID_PREFIX = 'hgr';
const REASON_MAX = 200;

export class GrantHonourDto {
  @PublicIdField(HONOUR_ID_PREFIX)
  honourId: string;

  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @TextField({ max: REASON_MAX, example: '社群活动优秀组织者' })
  reason: string;
}

export class GrantHonoursDto {
  @ListField(() => GrantHonourDto, { maxItems: GRANTS_PER_CALL_MAX, minItems: 1 })
  items: GrantHonourDto[];
}

export class GrantResultView {
  @EnumField(['granted', 'refused'], { example: 'granted' })
  outcome: 'granted' | 'refused';

  @PublicIdField(GRANT_ID_PREFIX, { optional: true })
  grantId?: string;

  @TextField({ max: 64, optional: true, example: 'loyalty.honour_held', description: 'why it was refused' })
  code?: string;

  static of(result: GrantOutcome): GrantResultView {
    if (result.outcome === 'refused') return result;
    return { outcome: 'granted', grantId: toPublicId(GRANT_ID_PREFIX, result.grantId) };
  }
}

export class GrantResultsView {
  @ListField(() => GrantResultView, { maxItems: GRANTS_PER_CALL_MAX })
  results: GrantResultView[];
}

export class RevokeHonourDto {
  @TextField({ max: REASON_MAX, example: '活动作弊，撤销称号' })
  reason: string;
}

export class HeldHonoursQuery extends PageQuery {
  @EnumField(['active'], {
    optional: true,
    example: 'active',
    description: 'leaves out what is expired or revoked',
  })
  state?: 'active';
}

export class HeldHonourView extends HonourFields {
  @PublicIdField(GRANT_ID_PREFIX)
  id: string;

  @PublicIdField(HONOUR_ID_PREFIX)
  honourId: string;

  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @TextField({ max: MARK_MAX, nullable: true, example: '🌟' })
  mark: string | null;

  @TextField({ max: 10, example: 'all', description: '2026-11-22, 2026-W47, 2026-11, 2026 or all' })
  period: string;

  @EnumField(GRANT_SOURCES, { example: 'staff' })
  source: GrantSource;

  @TextField({ max: REASON_MAX, nullable: true, example: '社群活动优秀组织者' })
  reason: string | null;

  @BooleanField({ example: true, description: 'neither expired nor revoked' })
  isActive: boolean;

  @TimeField()
  grantedAt: string;

  @TimeField({ nullable: true })
  expiresAt: string | null;

  @TimeField({ nullable: true, example: null })
  revokedAt: string | null;

  @TextField({ max: REASON_MAX, nullable: true, example: null })
  revokedReason: string | null;

  static of(held: HeldHonour): HeldHonourView {
    const { key, kind, nameZh, nameEn, mark, period, source, reason, isActive, revokedReason } = held;
    return {
      id: toPublicId(GRANT_ID_PREFIX, held.id),
      honourId: toPublicId(HONOUR_ID_PREFIX, held.honourId),
      memberId: toPublicId(MEMBER_ID_PREFIX, held.memberId),
      key,
      kind,
      nameZh,
      nameEn,
      mark,
      period,
      source,
      reason,
      isActive,
      revokedReason,
      grantedAt: held.grantedAt.toISOString(),
      expiresAt: held.expiresAt?.toISOString() ?? null,
      revokedAt: held.revokedAt?.toISOString() ?? null,
    };
  }
}
