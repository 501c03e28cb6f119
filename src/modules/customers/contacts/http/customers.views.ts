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
import { RELATION_TAG_KINDS, type RelationTagKind } from '../domain/relation-tag.js';
import {
  RELATIONS_SHOWN_MAX,
  type ShownCustomer,
  type ShownRelation,
  type ShownTag,
} from '../queries/get-customer.js';
import type { ListedCustomer } from '../queries/list-customers.js';

export const CUSTOMER_ID_PREFIX = 'cus';
export const RELATION_ID_PREFIX = 'rel';

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

export class RelationTagView {
  @EnumField(RELATION_TAG_KINDS, {
    example: 'corp',
    description: 'corp 企业标签, personal 个人标签, strategy 规则组标签',
  })
  kind: RelationTagKind;

  @TextField({
    max: ID_MAX,
    nullable: true,
    example: 'etQ7x2CAAAtag000000000000001',
    description: 'null for personal tags',
  })
  id: string | null;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: '高意向', description: 'null: not known yet' })
  name: string | null;

  @TextField({
    max: NAME_MAX,
    min: 0,
    nullable: true,
    example: '意向',
    description: 'known for corp tags only',
  })
  groupName: string | null;

  static of(this: void, tag: ShownTag): RelationTagView {
    return { kind: tag.kind, id: tag.id, name: tag.name, groupName: tag.groupName };
  }
}

export class RelationEndView {
  @TimeField({ nullable: true, example: null, description: 'the staff deleted the customer' })
  byStaffAt: string | null;

  @TimeField({ nullable: true, example: null, description: 'the customer deleted the staff' })
  byCustomerAt: string | null;

  @TimeField({ nullable: true, example: null, description: 'WeCom no longer lists it and did not say why' })
  disappearedAt: string | null;
}

export class RelationView {
  @PublicIdField(RELATION_ID_PREFIX)
  id: string;

  @TextField({ max: ID_MAX, example: 'chen.yu' })
  staffUserId: string;

  @TextField({ max: NAME_MAX, nullable: true, example: '陈宇' })
  staffName: string | null;

  @BooleanField({ example: true })
  active: boolean;

  @ObjectField(() => RelationEndView, {
    description: 'both directions are kept apart; all null while active',
  })
  ended: RelationEndView;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: '海风-3月展会' })
  remark: string | null;

  @TextField({ max: 1024, min: 0, nullable: true, example: '对两居室感兴趣' })
  description: string | null;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: null })
  remarkCorpName: string | null;

  @ListField('text', { maxItems: 50, maxLength: 20, example: ['138****1234'], description: 'masked' })
  phones: readonly string[];

  @TimeField({ nullable: true })
  followedAt: string | null;

  @IntegerField({
    min: 0,
    max: CODE_MAX,
    nullable: true,
    example: 1,
    description: 'add_way of WeCom, page 92114',
  })
  addWay: number | null;

  @TextField({
    max: NAME_MAX,
    nullable: true,
    example: 'expo2026',
    description: "the corp's own channel parameter",
  })
  state: string | null;

  @TextField({
    max: ID_MAX,
    nullable: true,
    example: 'chen.yu',
    description: 'who started it: staff, customer or administrator',
  })
  operatorId: string | null;

  @ListField(() => RelationTagView, { maxItems: 10_000 })
  tags: RelationTagView[];

  @TimeField({ description: 'when WeCom was last asked about it' })
  fetchedAt: string;

  static of(this: void, relation: ShownRelation): RelationView {
    return {
      id: toPublicId(RELATION_ID_PREFIX, relation.id),
      staffUserId: relation.staffUserId,
      staffName: relation.staffName,
      active: relation.endedAt === null,
      ended: {
        byStaffAt: isoOf(relation.deletedByStaffAt),
        byCustomerAt: isoOf(relation.deletedByCustomerAt),
        disappearedAt: isoOf(relation.disappearedAt),
      },
      remark: relation.remark,
      description: relation.description,
      remarkCorpName: relation.remarkCorpName,
      phones: relation.phones,
      followedAt: isoOf(relation.followedAt),
      addWay: relation.addWay,
      state: relation.state,
      operatorId: relation.operatorId,
      tags: relation.tags.map(RelationTagView.of),
      fetchedAt: new Date(relation.fetchedAt).toISOString(),
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

function isoOf(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
