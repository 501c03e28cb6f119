import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { OPERATION_ID_PREFIX } from '../../../../platform/operations/operation.js';
import { AMOUNT_MAX } from '../../ledger/domain/posting.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import {
  type Opening,
  OPENING_ROWS_MAX,
  OPENING_STATES,
  type OpeningRow,
  type OpeningState,
  STAGED_ROWS_MAX,
} from '../domain/opening.js';
import type { RefusedRow } from '../persistence/opening-rows.js';
import type { StagingResult } from '../use-cases/openings.js';

export const OPENING_ID_PREFIX = 'opn';
const CUSTOMER_ID_PREFIX = 'cus';
const NAME_MAX = 100;
const KEY_MAX = 100;
const SLUG_MAX = 64;
const POINTS_SUM_MAX = 1_000_000_000_000_000;
const CODE_MAX = 100;

export class OpeningDto {
  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @TextField({
    max: NAME_MAX,
    example: '旧系统余额 2026-11',
    description: 'for people; the reason of its entries',
  })
  name: string;

  @IntegerField({ min: 1, max: OPENING_ROWS_MAX, example: 2, description: 'control sum: so many rows come' })
  rows: number;

  @IntegerField({
    min: 0,
    max: POINTS_SUM_MAX,
    example: 1_700,
    description: 'control sum: points of all rows',
  })
  points: number;
}

export class OpeningLevelDto {
  @TextField({ max: SLUG_MAX, example: 'gold', description: "the level's key" })
  key: string;

  @TimeField({ stored: true, description: 'since when the member holds it' })
  since: Date;
}

export class OpeningRowDto {
  @TextField({
    max: KEY_MAX,
    example: 'old-crm:10086:1',
    description: 'business key: booked once in the program, whatever import brings it',
  })
  key: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: SLUG_MAX, optional: true, example: 'points', description: 'default points' })
  wallet?: string;

  @IntegerField({
    min: 0,
    max: AMOUNT_MAX,
    example: 1_200,
    description: 'one lot; 0: the row only brings a level',
  })
  points: number;

  @TimeField({
    stored: true,
    optional: true,
    nullable: true,
    description: 'null or absent: they never expire',
  })
  expiresAt?: Date | null;

  @ObjectField(() => OpeningLevelDto, { optional: true })
  level?: OpeningLevelDto;

  static read(this: void, { key, customerId, wallet, points, expiresAt, level }: OpeningRowDto): OpeningRow {
    return {
      key,
      customerId,
      wallet: wallet ?? 'points',
      points,
      expiresAt: expiresAt ?? null,
      level: level ?? null,
    };
  }
}

export class OpeningRowsDto {
  @ListField(() => OpeningRowDto, { minItems: 1, maxItems: STAGED_ROWS_MAX })
  rows: OpeningRowDto[];
}

export class StagingResultView {
  @EnumField(['staged', 'repeated', 'refused'], {
    example: 'staged',
    description: 'repeated: this very row came before',
  })
  status: StagingResult['status'];

  @TextField({
    max: CODE_MAX,
    optional: true,
    example: 'loyalty.key_reused',
    description: 'why it was refused',
  })
  code?: string;
}

export class StagingResultsView {
  @ListField(() => StagingResultView, { maxItems: STAGED_ROWS_MAX })
  results: StagingResult[];
}

export class OpeningStartDto {
  @BooleanField({
    example: true,
    description: 'true: finds all that a real run would find, and books nothing',
  })
  dryRun: boolean;
}

export class OpeningView {
  @PublicIdField(OPENING_ID_PREFIX)
  id: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @TextField({ max: NAME_MAX, example: '旧系统余额 2026-11' })
  name: string;

  @EnumField(OPENING_STATES, {
    example: 'checked',
    description:
      'staging → running → checked (dry run) or done, failed, cancelled; done → reversing → reversed',
  })
  state: OpeningState;

  @BooleanField({ example: true, description: 'of the last run' })
  dryRun: boolean;

  @IntegerField({ min: 0, max: OPENING_ROWS_MAX, example: 2, description: 'control sum' })
  expectedRows: number;

  @IntegerField({ min: 0, max: POINTS_SUM_MAX, example: 1_700, description: 'control sum' })
  expectedPoints: number;

  @IntegerField({ min: 0, max: OPENING_ROWS_MAX, example: 2 })
  stagedRows: number;

  @IntegerField({ min: 0, max: POINTS_SUM_MAX, example: 1_700 })
  stagedPoints: number;

  @PublicIdField(OPERATION_ID_PREFIX, { nullable: true, description: 'progress, and where it is cancelled' })
  operationId: string | null;

  @IntegerField({ min: 0, max: OPENING_ROWS_MAX, example: 2, description: 'of the last run' })
  bookedRows: number;

  @IntegerField({ min: 0, max: POINTS_SUM_MAX, example: 1_700, description: 'of the last run' })
  bookedPoints: number;

  @IntegerField({ min: 0, max: OPENING_ROWS_MAX, example: 0, description: 'booked by another import before' })
  repeatedRows: number;

  @IntegerField({ min: 0, max: OPENING_ROWS_MAX, example: 0, description: 'see …/refusals' })
  refusedRows: number;

  @TextField({
    max: CODE_MAX,
    nullable: true,
    example: null,
    description: 'why the last run or reversal failed',
  })
  errorCode: string | null;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true })
  finishedAt: string | null;

  static of(this: void, opening: Opening): OpeningView {
    const { id, programId, operationId, cursor: _, createdAt, finishedAt, ...rest } = opening;
    return {
      ...rest,
      id: toPublicId(OPENING_ID_PREFIX, id),
      programId: toPublicId(PROGRAM_ID_PREFIX, programId),
      operationId: operationId && toPublicId(OPERATION_ID_PREFIX, operationId),
      createdAt: createdAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
    };
  }
}

export class OpeningRefusalView {
  @IntegerField({ min: 1, max: OPENING_ROWS_MAX, example: 2, description: 'of the row, as they were sent' })
  number: number;

  @TextField({ max: KEY_MAX, example: 'old-crm:10086:1' })
  key: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: CODE_MAX, example: 'loyalty.customer_not_found' })
  code: string;

  static of(this: void, { customerId, ...row }: RefusedRow): OpeningRefusalView {
    return { ...row, customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId) };
  }
}
