import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { RELATIONS_SHOWN_MAX, type ShownCustomer } from '../queries/get-customer.js';
import type { ListedCustomer } from '../queries/list-customers.js';
import { RelationView } from './relations.views.js';

export const CUSTOMER_ID_PREFIX = 'cus';

const ID_MAX = 64;
const NAME_MAX = 256;
const URL_MAX = 2048;
const CODE_MAX = 100_000;

export class CustomerView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  id: string;

  @TextField({
    max: ID_MAX,
    nullable: true,
    example: 'wmQ7x2CAAAb1kLrT0pZs9Yw3uVeJdA',
    description: 'null: known from other systems only',
  })
  externalUserId: string | null;

  @TextField({
    max: NAME_MAX,
    min: 0,
    nullable: true,
    example: '海风',
    description: 'null: known from a deletion only',
  })
  name: string | null;

  @IntegerField({
    min: 0,
    max: CODE_MAX,
    nullable: true,
    example: 1,
    description: '1 WeChat user, 2 WeCom user',
  })
  type: number | null;

  @IntegerField({
    min: 0,
    max: CODE_MAX,
    nullable: true,
    example: 2,
    description: '0 unknown, 1 male, 2 female',
  })
  gender: number | null;

  @TextField({ max: URL_MAX, min: 0, nullable: true, example: 'https://wx.qlogo.cn/mmhead/example/0' })
  avatarUrl: string | null;

  @TextField({ max: ID_MAX, nullable: true, example: 'oKx8T1exampleUnionid00000001' })
  unionId: string | null;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: null })
  position: string | null;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: null })
  corpName: string | null;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: null })
  corpFullName: string | null;

  @TimeField({ nullable: true, description: 'when WeCom was last asked about the profile' })
  fetchedAt: string | null;

  @TimeField()
  createdAt: string;

  @TimeField({ description: 'when anything shown of the customer last changed, relations and tags included' })
  updatedAt: string;

  static of(this: void, customer: Omit<ListedCustomer, 'sortedAt'>): CustomerView {
    return {
      id: toPublicId(CUSTOMER_ID_PREFIX, customer.id),
      externalUserId: customer.externalUserId,
      name: customer.name,
      type: customer.type,
      gender: customer.gender,
      avatarUrl: customer.avatarUrl,
      unionId: customer.unionId,
      position: customer.position,
      corpName: customer.corpName,
      corpFullName: customer.corpFullName,
      fetchedAt: customer.fetchedAt?.toISOString() ?? null,
      createdAt: customer.createdAt.toISOString(),
      updatedAt: customer.updatedAt.toISOString(),
    };
  }
}

export class CustomerDetailView extends CustomerView {
  @ListField(() => RelationView, { maxItems: RELATIONS_SHOWN_MAX, description: 'the active ones first' })
  relations: RelationView[];

  static ofDetail(this: void, customer: ShownCustomer): CustomerDetailView {
    return { ...CustomerView.of(customer), relations: customer.relations.map(RelationView.of) };
  }
}
