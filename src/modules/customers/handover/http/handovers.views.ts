import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  MapField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { OPERATION_ID_PREFIX } from '../../../../platform/operations/operation.js';
import { meaningOfErrcode, type UnassignedCustomer } from '../../../../wecom/index.js';
import {
  HANDOVER_KINDS,
  HANDOVER_STATES,
  HANDOVER_SUBJECTS,
  type HandoverKind,
  type HandoverState,
  type HandoverSubject,
} from '../domain/handover.js';
import {
  HANDOVER_PROGRESS,
  type HandoverProgress,
  type ShownHandover,
  type ShownItem,
} from '../queries/show-handovers.js';

const WECOM_ID_MAX = 64;
const ITEMS_MAX = 1000;
const MESSAGE_MAX = 200;
const CUSTOMER_ID_PREFIX = 'cus';

export class HandoverDto {
  @EnumField(HANDOVER_KINDS, { example: 'in_service', description: 'in_service 在职继承, resigned 离职继承' })
  kind: HandoverKind;

  @TextField({ max: WECOM_ID_MAX, example: 'chen.yu' })
  fromStaffUserId: string;

  @TextField({ max: WECOM_ID_MAX, example: 'lin_tao' })
  toStaffUserId: string;

  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    {
      maxItems: ITEMS_MAX,
      optional: true,
      example: ['cus_01jd3q4mfaeq6v5c0qd8y3y5za'],
    },
  )
  customerIds?: string[];

  @BooleanField({ optional: true, example: false, description: 'all customers that WeCom lists as his' })
  allCustomers?: boolean;

  @ListField('text', {
    maxItems: ITEMS_MAX,
    maxLength: WECOM_ID_MAX,
    optional: true,
    example: ['wrQ7x2CAAAchat0000000000000001'],
    description: "groups, by WeCom's chat_id",
  })
  chatIds?: string[];

  @TextField({
    max: MESSAGE_MAX,
    optional: true,
    example: '您好，后续由我的同事林涛为您服务',
    description: 'shown to the customers; in_service only',
  })
  message?: string;
}

export class HandoversQuery extends PageQuery {
  @EnumField(HANDOVER_PROGRESS, {
    optional: true,
    example: 'open',
    description: 'finished: each item has its final result, or was cancelled',
  })
  state?: HandoverProgress;
}

export class HandoverItemsQuery extends PageQuery {
  @EnumField(HANDOVER_STATES, { optional: true, example: 'done' })
  state?: HandoverState;
}

export class HandoverView {
  @PublicIdField(OPERATION_ID_PREFIX, { description: 'also the id of its operation' })
  id: string;

  @EnumField(HANDOVER_KINDS, { example: 'in_service' })
  kind: HandoverKind;

  @TextField({ max: WECOM_ID_MAX, example: 'chen.yu' })
  fromStaffUserId: string;

  @TextField({ max: WECOM_ID_MAX, example: 'lin_tao' })
  toStaffUserId: string;

  @TextField({ max: MESSAGE_MAX, nullable: true, example: null })
  message: string | null;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true, example: null, description: 'when the last item got its final result' })
  finishedAt: string | null;

  @MapField('integer', {
    example: { accepted: 12, done: 87, refused_by_customer: 1 },
    description: 'items by state',
  })
  counts: Partial<Record<HandoverState, number>>;

  static of(this: void, handover: ShownHandover): HandoverView {
    return {
      id: toPublicId(OPERATION_ID_PREFIX, handover.id),
      kind: handover.kind,
      fromStaffUserId: handover.fromUserId,
      toStaffUserId: handover.toUserId,
      message: handover.message,
      createdAt: handover.createdAt.toISOString(),
      finishedAt: handover.finishedAt?.toISOString() ?? null,
      counts: handover.counts,
    };
  }
}

export class HandoverProblemView {
  @IntegerField({
    min: -1,
    max: 10_000_000,
    example: 40128,
    description: "WeCom's errcode; 0: WeCom was not asked",
  })
  errcode: number;

  @TextField({ max: 500, example: 'this hand-over is not possible' })
  en: string;

  @TextField({ max: 500, example: '无法继承或分配' })
  zh: string;

  static of(this: void, errcode: number): HandoverProblemView {
    const { en, zh } = meaningOfErrcode(errcode);
    return { errcode, en, zh };
  }
}

export class HandoverItemView {
  @EnumField(HANDOVER_SUBJECTS, { example: 'customer' })
  subject: HandoverSubject;

  @TextField({
    max: WECOM_ID_MAX,
    example: 'wmQ7x2CAAAb1kLrT0pZs9Yw3uVeJdA',
    description: 'external_userid or chat_id',
  })
  wecomId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { nullable: true, description: 'null: a group, or not mirrored yet' })
  customerId: string | null;

  @EnumField(HANDOVER_STATES, {
    example: 'accepted',
    description:
      'waiting, calling, accepted (takes effect after 24 h unless the customer refuses); final: done, refused_by_customer, taker_full (new member has too many), too_often (2 in 90 days), not_a_customer, failed, unknown, cancelled',
  })
  state: HandoverState;

  @ObjectField(() => HandoverProblemView, { nullable: true, example: null, description: 'why WeCom refused' })
  problem: HandoverProblemView | null;

  @TimeField({ nullable: true, description: 'when WeCom was asked' })
  calledAt: string | null;

  @TimeField({ nullable: true, description: 'when it takes or took effect' })
  takeoverAt: string | null;

  @TimeField({ nullable: true, example: null })
  settledAt: string | null;

  static of(this: void, item: ShownItem): HandoverItemView {
    return {
      subject: item.subject,
      wecomId: item.wecomId,
      customerId: item.customerId && toPublicId(CUSTOMER_ID_PREFIX, item.customerId),
      state: item.state,
      problem: item.errcode === null ? null : HandoverProblemView.of(item.errcode),
      calledAt: item.calledAt?.toISOString() ?? null,
      takeoverAt: item.takeoverAt?.toISOString() ?? null,
      settledAt: item.settledAt?.toISOString() ?? null,
    };
  }
}

export class UnassignedCustomerView {
  @TextField({ max: WECOM_ID_MAX, example: 'zhou.li', description: 'the member who left' })
  fromStaffUserId: string;

  @TextField({ max: WECOM_ID_MAX, example: 'wmQ7x2CAAAd3kLrT0pZs9Yw3uVeJdC' })
  externalUserId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { nullable: true, description: 'null: not mirrored yet' })
  customerId: string | null;

  @TimeField({ description: 'a year later they can no longer be handed over' })
  leftAt: string;

  static of(
    this: void,
    customer: UnassignedCustomer,
    customerId: string | undefined,
  ): UnassignedCustomerView {
    return {
      fromStaffUserId: customer.userId,
      externalUserId: customer.externalUserId,
      customerId: customerId === undefined ? null : toPublicId(CUSTOMER_ID_PREFIX, customerId),
      leftAt: customer.leftAt.toISOString(),
    };
  }
}
