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
import { TEMPLATE_ID_PREFIX, VERSION_ID_PREFIX } from '../../templates/http/templates.views.js';
import { AMOUNT_MAX, TermsDto } from '../../templates/http/terms.dto.js';
import { BENEFIT_KINDS, type BenefitKind, type CouponTerms } from '../../templates/domain/terms.js';
import { BATCH_STATES, type BatchState, type BatchWithTerms } from '../domain/batch.js';
import type { BatchLeft } from '../persistence/stock-store.js';
import { NAME_MAX, PER_PERSON_MAX, STOCK_MAX, ZONE_MAX } from './batches.bodies.js';

export const BATCH_ID_PREFIX = 'cpb';
const OWNER_MAX = 200;
const OWNERS_MAX = 1_000;
const VERSION_MAX = 2_147_483_647;
const STATE = 'draft → approved → running ⇄ paused → ended; any but ended → void';

export class AskedAmountsView {
  @IntegerField({ min: 0, max: STOCK_MAX, example: 1_500 })
  stock: number;

  @IntegerField({ min: 0, max: AMOUNT_MAX, nullable: true, example: 6_000_000 })
  budget: number | null;

  @IntegerField({ min: 0, max: AMOUNT_MAX, nullable: true, example: 600_000 })
  dailyBudget: number | null;

  @TextField({ max: OWNER_MAX, example: 'marketing', description: 'owner of the key that asked' })
  askedBy: string;
}

export class BatchView {
  @PublicIdField(BATCH_ID_PREFIX)
  id: string;

  @PublicIdField(TEMPLATE_ID_PREFIX)
  templateId: string;

  @PublicIdField(VERSION_ID_PREFIX)
  versionId: string;

  @TextField({ max: NAME_MAX, example: '双旦满减' })
  name: string;

  @EnumField(BATCH_STATES, { example: 'running', description: STATE })
  state: BatchState;

  @EnumField(BENEFIT_KINDS, { example: 'fixed' })
  kind: BenefitKind;

  @ObjectField(() => TermsDto)
  terms: CouponTerms;

  @IntegerField({ min: 0, max: STOCK_MAX, example: 1_000 })
  stock: number;

  @IntegerField({
    min: 0,
    max: STOCK_MAX,
    example: 997,
    description: 'units that can still be issued; 0 before the approval',
  })
  remaining: number;

  @IntegerField({ min: 1, max: PER_PERSON_MAX, example: 1 })
  perPerson: number;

  @IntegerField({ min: 0, max: AMOUNT_MAX, nullable: true, example: 5_000_000 })
  budget: number | null;

  @IntegerField({
    min: 0,
    max: AMOUNT_MAX,
    nullable: true,
    example: 3_000,
    description: '分 that were discounted or are reserved by locks; null where there is no budget',
  })
  spent: number | null;

  @IntegerField({ min: 0, max: AMOUNT_MAX, nullable: true, example: 500_000 })
  dailyBudget: number | null;

  @TimeField({ nullable: true, example: null })
  claimFrom: string | null;

  @TimeField({ nullable: true, example: '2026-12-31T16:00:00.000Z' })
  claimUntil: string | null;

  @TextField({ max: ZONE_MAX, example: 'Asia/Shanghai' })
  timeZone: string;

  @TextField({
    max: OWNER_MAX,
    example: 'marketing',
    description: 'owner of the key that made it',
  })
  createdBy: string;

  @ListField('text', {
    maxItems: OWNERS_MAX,
    maxLength: OWNER_MAX,
    example: ['design'],
    description: 'owners of other keys that wrote at its draft: none of them approves it',
  })
  editedBy: string[];

  @TextField({ max: OWNER_MAX, nullable: true, example: 'finance' })
  approvedBy: string | null;

  @ObjectField(() => AskedAmountsView, { nullable: true, description: 'until another owner approves them' })
  askedAmounts: AskedAmountsView | null;

  @IntegerField({ min: 1, max: VERSION_MAX, example: 3, description: 'grows with each change' })
  version: number;

  @TimeField()
  stateAt: string;

  @TimeField()
  createdAt: string;

  static of(this: void, batch: BatchWithTerms & BatchLeft): BatchView {
    const { batchId: _, ...rest } = batch;
    return {
      ...rest,
      editedBy: [...batch.editedBy],
      id: toPublicId(BATCH_ID_PREFIX, batch.id),
      templateId: toPublicId(TEMPLATE_ID_PREFIX, batch.templateId),
      versionId: toPublicId(VERSION_ID_PREFIX, batch.versionId),
      claimFrom: batch.claimFrom?.toISOString() ?? null,
      claimUntil: batch.claimUntil?.toISOString() ?? null,
      stateAt: batch.stateAt.toISOString(),
      createdAt: batch.createdAt.toISOString(),
    };
  }
}
