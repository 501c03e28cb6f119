import { toPublicId } from '../../../platform/context/typed-id.js';
import {
  BooleanField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/page.js';
import { type Store, STORE_CODE, STORE_CODE_MAX } from '../domain/store.js';

export const STORE_ID_PREFIX = 'sto';
const NAME_MAX = 100;
const DEPARTMENTS_MAX = 100;
const EXTERNAL_ID_MAX = 128;
const ZONE_MAX = 64;

export class StoresQuery extends PageQuery {
  @TextField({ max: STORE_CODE_MAX, optional: true, example: 'SH-01' })
  code?: string;

  @TextField({ max: EXTERNAL_ID_MAX, optional: true, example: 'pos-4711' })
  externalId?: string;

  @BooleanField({ optional: true, example: true })
  open?: boolean;
}

export class StoreDto {
  @TextField({
    max: STORE_CODE_MAX,
    pattern: STORE_CODE,
    example: 'SH-01',
    description: 'never changes: keys and the conditions of coupons name it',
  })
  code: string;

  @TextField({ max: NAME_MAX, example: '上海南京路店' })
  name: string;

  @TextField({
    max: ZONE_MAX,
    optional: true,
    example: 'Asia/Shanghai',
    description: "IANA; the corp's when left out. Never changes: the days of the store begin at its midnight",
  })
  timeZone?: string;

  @ListField('integer', {
    maxItems: DEPARTMENTS_MAX,
    optional: true,
    example: [12],
    description: "WeCom's numbers of the departments that work here",
  })
  departmentIds?: number[];

  @TextField({
    max: EXTERNAL_ID_MAX,
    optional: true,
    nullable: true,
    example: 'pos-4711',
    description: "its id in the corp's shop system",
  })
  externalId?: string | null;
}

export class StoreChangeDto {
  @TextField({ max: NAME_MAX, optional: true, example: '上海南京路店' })
  name?: string;

  @ListField('integer', { maxItems: DEPARTMENTS_MAX, optional: true, example: [12] })
  departmentIds?: number[];

  @TextField({ max: EXTERNAL_ID_MAX, optional: true, nullable: true, example: 'pos-4711' })
  externalId?: string | null;
}

export class StoreView {
  @PublicIdField(STORE_ID_PREFIX)
  id: string;

  @TextField({ max: STORE_CODE_MAX, example: 'SH-01' })
  code: string;

  @TextField({ max: NAME_MAX, example: '上海南京路店' })
  name: string;

  @TextField({ max: ZONE_MAX, example: 'Asia/Shanghai' })
  timeZone: string;

  @ListField('integer', { maxItems: DEPARTMENTS_MAX, example: [12] })
  departmentIds: readonly number[];

  @TextField({ max: EXTERNAL_ID_MAX, nullable: true, example: 'pos-4711' })
  externalId: string | null;

  @TimeField({ nullable: true, example: null })
  closedAt: string | null;

  @TimeField()
  createdAt: string;

  static of(this: void, { id, closedAt, createdAt, ...store }: Store): StoreView {
    return {
      id: toPublicId(STORE_ID_PREFIX, id),
      ...store,
      closedAt: closedAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    };
  }
}
