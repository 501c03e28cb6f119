import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
} from '../../../../platform/http/fields.js';
import { CUSTOMER_ID_PREFIX, CustomerDetailView } from '../../contacts/http/customers.views.js';
import { ProfileFieldView } from '../../profiles/http/profile.views.js';
import { PAGE_ENTRIES, type ShownAnnouncement, type ShownPage } from '../queries/show-page.js';
import { TimelineEntryView } from './timeline.views.js';

const MEMBERS_MAX = 1_000;
const FIELDS_MAX = 300;
const { MAX_SAFE_INTEGER } = Number;

export class CustomerAnnouncedView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: 200, nullable: true, example: '金卡', description: 'null: none, or nobody announces it' })
  level: string | null;

  @IntegerField({
    min: -MAX_SAFE_INTEGER,
    max: MAX_SAFE_INTEGER,
    nullable: true,
    example: 1280,
    description: 'null: nobody announces it',
  })
  pointsBalance: number | null;

  @IntegerField({
    min: 0,
    max: MAX_SAFE_INTEGER,
    example: 2,
    description: 'that he holds, used up by no order and not past their end',
  })
  openCoupons: number;

  static of(this: void, { customerId, ...values }: ShownAnnouncement): CustomerAnnouncedView {
    return { customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId), ...values };
  }
}

export class PersonAnnouncedView {
  @IntegerField({
    min: -MAX_SAFE_INTEGER,
    max: MAX_SAFE_INTEGER,
    example: 1280,
    description: 'of all customers together',
  })
  pointsBalance: number;

  @IntegerField({ min: 0, max: MAX_SAFE_INTEGER, example: 2, description: 'of all customers together' })
  openCoupons: number;

  @ListField(() => CustomerAnnouncedView, {
    maxItems: MEMBERS_MAX,
    description: 'of each customer of whom anything is announced, or who has coupons',
  })
  customers: CustomerAnnouncedView[];

  static of(this: void, announced: readonly ShownAnnouncement[]): PersonAnnouncedView {
    return {
      pointsBalance: announced.reduce((sum, one) => sum + (one.pointsBalance ?? 0), 0),
      openCoupons: announced.reduce((sum, one) => sum + one.openCoupons, 0),
      customers: announced.map(CustomerAnnouncedView.of),
    };
  }
}

export class CustomerPageView {
  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    {
      maxItems: MEMBERS_MAX,
      example: ['cus_01jd3q4mfaeq6v5c0qd8y3y5za'],
      description: 'the customers that are one person',
    },
  )
  customerIds: string[];

  @ListField(() => ProfileFieldView, {
    maxItems: FIELDS_MAX,
    description: 'what is believed of the person; personal ones are masked',
  })
  fields: ProfileFieldView[];

  @ListField(() => CustomerDetailView, {
    maxItems: MEMBERS_MAX,
    description: 'each with its relations and their tags',
  })
  customers: CustomerDetailView[];

  @ObjectField(() => PersonAnnouncedView, { description: 'what other modules say of him' })
  announced: PersonAnnouncedView;

  @ListField(() => TimelineEntryView, { maxItems: PAGE_ENTRIES, description: 'what happened last' })
  timeline: TimelineEntryView[];

  static of(this: void, page: ShownPage): CustomerPageView {
    return {
      customerIds: page.customerIds.map((id) => toPublicId(CUSTOMER_ID_PREFIX, id)),
      fields: page.fields.map((field) => ProfileFieldView.of(field, false)),
      customers: page.customers.map(CustomerDetailView.ofDetail),
      announced: PersonAnnouncedView.of(page.announced),
      timeline: page.entries.map(TimelineEntryView.of),
    };
  }
}
