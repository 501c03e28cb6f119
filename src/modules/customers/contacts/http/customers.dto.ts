import { EnumField, IntegerField, TextField, TimeField } from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { CUSTOMER_SORTS, type CustomerFilter, type CustomerSort } from '../queries/list-customers.js';

const WECOM_ID_MAX = 64;
const ADD_WAY_MAX = 100_000;

/** Filters on relations must all hold for one and the same relation of the customer. */
export class CustomersQuery extends PageQuery implements CustomerFilter {
  @TextField({
    max: WECOM_ID_MAX,
    optional: true,
    example: 'chen.yu',
    description: 'followed by this staff; ignores case',
  })
  staffUserId?: string;

  @EnumField(['active', 'ended'], {
    optional: true,
    example: 'active',
    description: 'has a relation in this state',
  })
  relationState?: 'active' | 'ended';

  @TextField({
    max: WECOM_ID_MAX,
    optional: true,
    example: 'etQ7x2CAAAtag000000000000001',
    description: "WeCom's tag id",
  })
  corpTagId?: string;

  @IntegerField({
    min: 0,
    max: ADD_WAY_MAX,
    optional: true,
    example: 1,
    description: 'add_way of WeCom, page 92114',
  })
  addWay?: number;

  @TextField({
    max: 200,
    optional: true,
    example: 'expo2026',
    description: "the corp's own channel parameter",
  })
  state?: string;

  @TextField({ max: WECOM_ID_MAX, optional: true, example: 'wmQ7x2CAAAb1kLrT0pZs9Yw3uVeJdA' })
  externalUserId?: string;

  @TextField({ max: WECOM_ID_MAX, optional: true, example: 'oKx8T1exampleUnionid00000001' })
  unionId?: string;

  @TextField({
    max: 32,
    optional: true,
    example: '13800001234',
    description: 'a whole number that a staff noted',
  })
  phone?: string;

  @TimeField({ optional: true, description: 'followed at or after' })
  followedFrom?: Date;

  @TimeField({ optional: true, description: 'followed before' })
  followedTo?: Date;

  @TimeField({ optional: true, description: 'anything shown of the customer changed at or after' })
  updatedFrom?: Date;

  @EnumField(CUSTOMER_SORTS, {
    optional: true,
    example: 'id',
    description: 'id (default) and updatedAt: oldest first; followedAt: newest first, needs staffUserId',
  })
  sort: CustomerSort = 'id';
}
