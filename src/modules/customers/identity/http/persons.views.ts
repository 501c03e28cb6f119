import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import { IDENTIFIER_KINDS, type IdentifierKind } from '../domain/identifier.js';
import { PERSON_CUSTOMERS_MAX } from '../domain/linking-rules.js';
import { type Doubt, DOUBTS } from '../domain/partition.js';
import type { IdentityCase } from '../queries/list-cases.js';
import {
  type Agreement,
  AGREEMENTS,
  type SuggestedDuplicate,
  SUGGESTIONS_MAX,
} from '../queries/suggest-duplicates.js';
import type { ShownCustomerOfPerson, ShownPerson } from '../queries/show-persons.js';

export const PERSON_ID_PREFIX = 'per';
export const CASE_ID_PREFIX = 'idcase';

const TWO_CUSTOMERS = ['cus_01jd3q4mfaeq6v5c0qd8y3y5za', 'cus_01jd3q4mfaeq6v5c0qd8y3y5zb'];

export class PersonCustomerView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  id: string;

  @TextField({ max: 64, nullable: true, example: 'wmQ7x2CAAAb1kLrT0pZs9Yw3uVeJdA' })
  externalUserId: string | null;

  @TextField({ max: 1000, nullable: true, example: '林晓' })
  name: string | null;

  static of(this: void, { id, ...shown }: ShownCustomerOfPerson): PersonCustomerView {
    return { id: toPublicId(CUSTOMER_ID_PREFIX, id), ...shown };
  }
}

export class PersonView {
  @PublicIdField(PERSON_ID_PREFIX, {
    description: 'changes when customers join or leave; any customer of the person leads to it',
  })
  id: string;

  @ListField(() => PersonCustomerView, { minItems: 1, maxItems: PERSON_CUSTOMERS_MAX })
  customers: PersonCustomerView[];

  static of(this: void, person: ShownPerson): PersonView {
    return {
      id: toPublicId(PERSON_ID_PREFIX, person[0]?.id ?? ''),
      customers: person.map(PersonCustomerView.of),
    };
  }
}

/** Answers of writes are kept for a while for those who repeat them, so they hold no names. */
export class GroupedPersonView {
  @PublicIdField(PERSON_ID_PREFIX)
  id: string;

  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    { minItems: 1, maxItems: PERSON_CUSTOMERS_MAX, example: TWO_CUSTOMERS },
  )
  customerIds: string[];

  static of(this: void, person: ShownPerson): GroupedPersonView {
    return {
      id: toPublicId(PERSON_ID_PREFIX, person[0]?.id ?? ''),
      customerIds: person.map(({ id }) => toPublicId(CUSTOMER_ID_PREFIX, id)),
    };
  }
}

export class MergeDto {
  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    { minItems: 2, maxItems: PERSON_CUSTOMERS_MAX, example: TWO_CUSTOMERS },
  )
  customerIds: string[];
}

export class UnmergeDto {
  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    {
      minItems: 1,
      maxItems: PERSON_CUSTOMERS_MAX,
      description: 'customers to take off the person',
      example: TWO_CUSTOMERS.slice(1),
    },
  )
  customerIds: string[];
}

export class UnmergedView {
  @ListField(() => GroupedPersonView, {
    maxItems: PERSON_CUSTOMERS_MAX,
    description: 'who the customers of the person are now',
  })
  persons: GroupedPersonView[];
}

export class IdentityCaseView {
  @PublicIdField(CASE_ID_PREFIX)
  id: string;

  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    {
      minItems: 2,
      maxItems: 2,
      example: TWO_CUSTOMERS,
      description: 'share an identifier and were not put together',
    },
  )
  customerIds: string[];

  @EnumField(IDENTIFIER_KINDS, { example: 'phone', description: 'what they share' })
  kind: IdentifierKind;

  @EnumField(DOUBTS, {
    example: 'strong_ids_differ',
    description:
      'strong_ids_differ: their persons hold different ids of which a person has one (unionid, external_userid, an openid of one appid, an external id of one system); ambiguous: one of them agrees with two persons that cannot be the same; too_many: the person would be larger than anybody is',
  })
  doubt: Doubt;

  @TimeField()
  foundAt: string;

  static of(this: void, found: IdentityCase): IdentityCaseView {
    const { customerA, customerB, kind, doubt } = found;
    return {
      id: toPublicId(CASE_ID_PREFIX, found.id),
      customerIds: [customerA, customerB].map((id) => toPublicId(CUSTOMER_ID_PREFIX, id)),
      kind,
      doubt,
      foundAt: found.foundAt.toISOString(),
    };
  }
}

export const CASE_DECISIONS = ['approve', 'reject'] as const;

export class DecideCaseDto {
  @EnumField(CASE_DECISIONS, {
    example: 'approve',
    description: 'approve: they are one person; reject: never together, unless somebody merges them by hand',
  })
  decision: (typeof CASE_DECISIONS)[number];
}

export class DuplicateView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @ListField(
    { values: AGREEMENTS },
    {
      minItems: 1,
      maxItems: AGREEMENTS.length,
      example: ['phone_tail'],
      description: 'the same name, and: the last four digits of a phone, the masked e-mail',
    },
  )
  agreements: Agreement[];
}

export class DuplicatesView {
  @ListField(() => DuplicateView, { maxItems: SUGGESTIONS_MAX })
  items: DuplicateView[];

  static of(this: void, suggested: readonly SuggestedDuplicate[]): DuplicatesView {
    return {
      items: suggested.map(({ customerId, agreements }) => ({
        customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
        agreements: [...agreements],
      })),
    };
  }
}
