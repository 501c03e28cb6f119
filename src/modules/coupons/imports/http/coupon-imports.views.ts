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
import { OPERATION_ID_PREFIX } from '../../../../platform/operations/operation.js';
import { FILE_FORMATS, type FileFormat } from '../../../customers/index.js';
import {
  type CouponImport,
  type CouponImportState,
  IMPORT_ROWS_MAX,
  IMPORT_STATES,
} from '../domain/coupon-import.js';
import type { RefusedImportRow } from '../persistence/coupon-import-store.js';

export const COUPON_IMPORT_ID_PREFIX = 'cpi';
const BATCH_ID_PREFIX = 'cpb';
const NAME_MAX = 100;
const CODE_MAX = 100;
const NUMBER_MAX = 10_000_000;

export class ControlSumsDto {
  @IntegerField({ min: 1, max: IMPORT_ROWS_MAX, example: 1_200, description: 'rows without the header' })
  rows: number;

  @IntegerField({ min: 0, max: IMPORT_ROWS_MAX, example: 200, description: 'of them codes that nobody has' })
  claimable: number;

  @IntegerField({ min: 0, max: IMPORT_ROWS_MAX, example: 900, description: 'of them coupons that are held' })
  claimed: number;
}

export class CouponImportDto {
  @PublicIdField(BATCH_ID_PREFIX, { description: 'they become coupons of it, and take its stock' })
  batchId: string;

  @TextField({ max: NAME_MAX, example: '旧系统在用券' })
  name: string;

  @EnumField(FILE_FORMATS, { example: 'csv' })
  format: FileFormat;

  @ObjectField(() => ControlSumsDto, { description: 'control sums, as the other system says' })
  expected: ControlSumsDto;
}

export class CouponImportStartDto {
  @BooleanField({ example: true, description: 'true: finds what a real run would find, and imports nothing' })
  dryRun: boolean;
}

export class CouponImportView {
  @PublicIdField(COUPON_IMPORT_ID_PREFIX)
  id: string;

  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @TextField({ max: NAME_MAX, example: '旧系统在用券' })
  name: string;

  @EnumField(FILE_FORMATS, { example: 'csv' })
  format: FileFormat;

  @EnumField(IMPORT_STATES, {
    example: 'checked',
    description: 'uploading → running → checked (dry run) or done, failed, cancelled',
  })
  state: CouponImportState;

  @BooleanField({ example: true, description: 'of the last run' })
  dryRun: boolean;

  @ObjectField(() => ControlSumsDto)
  expected: ControlSumsDto;

  @PublicIdField(OPERATION_ID_PREFIX, { nullable: true, description: 'progress, and where it is cancelled' })
  operationId: string | null;

  @IntegerField({ min: 0, max: IMPORT_ROWS_MAX, example: 1_099, description: 'of the last run' })
  imported: number;

  @IntegerField({ min: 0, max: IMPORT_ROWS_MAX, example: 0, description: 'coupons that were there already' })
  repeated: number;

  @IntegerField({ min: 0, max: IMPORT_ROWS_MAX, example: 101, description: 'see …/refusals' })
  refused: number;

  @TextField({ max: CODE_MAX, nullable: true, example: null, description: 'why the last run failed' })
  errorCode: string | null;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true })
  finishedAt: string | null;

  static of(this: void, job: CouponImport): CouponImportView {
    const {
      id,
      batchId,
      operationId,
      createdAt,
      finishedAt,
      isCounted: _,
      cursor: _c,
      done: _d,
      ...rest
    } = job;
    return {
      ...rest,
      id: toPublicId(COUPON_IMPORT_ID_PREFIX, id),
      batchId: toPublicId(BATCH_ID_PREFIX, batchId),
      operationId: operationId && toPublicId(OPERATION_ID_PREFIX, operationId),
      createdAt: createdAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
    };
  }
}

export class CouponImportRefusalView {
  @IntegerField({ min: 1, max: NUMBER_MAX, example: 12, description: 'of the row; the header is 1' })
  number: number;

  @TextField({ max: CODE_MAX, example: 'coupons.import_not_live' })
  code: string;

  static of(this: void, { number, code }: RefusedImportRow): CouponImportRefusalView {
    return { number, code };
  }
}
