import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  ListField,
  MapField,
  PublicIdField,
  TextField,
} from '../../../../platform/http/fields.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import { PERSON_ID_PREFIX } from '../../identity/http/persons.views.js';
import { PERSON_CUSTOMERS_MAX } from '../../identity/domain/linking-rules.js';
import { type ExportedTable, ROWS_OF_TABLE_MAX } from '../queries/export-person.js';

/** Of all modules. */
const TABLES_MAX = 200;
const ONE_CUSTOMER = ['cus_01jd3q4mfaeq6v5c0qd8y3y5za'];

export class PersonRowView {
  @MapField('any', {
    description: 'columns by name',
    example: { field_key: 'birthday', value: '1990-05-01' },
  })
  values: Record<string, unknown>;
}

export class PersonTableView {
  @TextField({ max: 64, example: 'customers.field_values' })
  name: string;

  @ListField(() => PersonRowView, { maxItems: ROWS_OF_TABLE_MAX })
  rows: PersonRowView[];

  @BooleanField({
    example: true,
    description: `false: more than ${ROWS_OF_TABLE_MAX} rows, the others are left out`,
  })
  complete: boolean;
}

export class PersonDataView {
  @PublicIdField(PERSON_ID_PREFIX)
  id: string;

  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    { minItems: 1, maxItems: PERSON_CUSTOMERS_MAX, example: ONE_CUSTOMER },
  )
  customerIds: string[];

  @ListField(() => PersonTableView, { maxItems: TABLES_MAX })
  tables: PersonTableView[];

  static of(this: void, customerIds: readonly string[], tables: readonly ExportedTable[]): PersonDataView {
    return {
      ...personOf(customerIds),
      tables: tables.map((table) => ({ ...table, rows: table.rows.map((values) => ({ values })) })),
    };
  }
}

export class ErasePersonDto {
  @BooleanField({
    optional: true,
    example: false,
    description:
      'also while staff follow the person; the next sync then makes a new customer of the contact, which nothing connects with the old one',
  })
  force?: boolean;
}

export class ErasedPersonView {
  @PublicIdField(PERSON_ID_PREFIX)
  id: string;

  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    { minItems: 1, maxItems: PERSON_CUSTOMERS_MAX, example: ONE_CUSTOMER, description: 'empty shells now' },
  )
  customerIds: string[];

  static of(this: void, customerIds: readonly string[]): ErasedPersonView {
    return personOf(customerIds);
  }
}

function personOf(customerIds: readonly string[]): { id: string; customerIds: string[] } {
  return {
    id: toPublicId(PERSON_ID_PREFIX, customerIds[0] ?? ''),
    customerIds: customerIds.map((id) => toPublicId(CUSTOMER_ID_PREFIX, id)),
  };
}
