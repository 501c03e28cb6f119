import { Injectable } from '@nestjs/common';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import { identifierOfText } from '../../identity/domain/identifier.js';
import type { FieldValue } from '../../profiles/domain/field-definition.js';
import { type GoldenProfile, ProfileOf } from '../../profiles/queries/profile-of.js';
import type { FoundCustomer } from '../../search/queries/search-customers.js';
import type { ExportedCustomer } from '../domain/export.js';

const PLACE = { table: 'customers.identifiers', column: 'value_sealed' } as const;

interface IdentifierOfCustomer {
  readonly customerId: string;
  readonly kind: string;
  readonly namespace: string;
  readonly value: string;
}

/** What is exported of customers: the golden record of the person, and the customer's own identifiers. Inside an open unit. */
@Injectable()
export class ExportedCustomers {
  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly profiles: ProfileOf,
  ) {}

  async of(customers: readonly FoundCustomer[], revealed: boolean): Promise<ExportedCustomer[]> {
    const ids = customers.map(({ id }) => id);
    const profiles = await this.profiles.of(ids);
    const identifiers = new Map<string, IdentifierOfCustomer[]>(ids.map((id) => [id, []]));
    for (const one of await this.identifiers(ids, revealed)) identifiers.get(one.customerId)?.push(one);
    return customers.map((customer) => ({
      id: toPublicId('cus', customer.id),
      createdAt: customer.createdAt,
      updatedAt: customer.updatedAt,
      identifiers: [...ofWecom(customer), ...(identifiers.get(customer.id) ?? [])],
      values: valuesOf(profiles.get(customer.id), revealed),
    }));
  }

  private async identifiers(ids: readonly string[], revealed: boolean): Promise<IdentifierOfCustomer[]> {
    const { corpId } = this.database;
    const rows = await this.database.query<IdentifierOfCustomer & { id: string; sealed: string }>(
      `SELECT id, customer_id AS "customerId", kind, namespace, value_masked AS value, value_sealed AS sealed
         FROM customers.identifiers WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) ORDER BY customer_id, id`,
      [corpId, ids],
    );
    if (!revealed) return rows;
    return rows.map((row) => {
      const text = this.envelopes.open(row.sealed, { ...PLACE, corpId, rowId: row.id });
      return { ...row, value: identifierOfText(text).value };
    });
  }
}

/** Ids that everybody who reads customers sees. */
function ofWecom({ id, externalUserId, unionId }: FoundCustomer): IdentifierOfCustomer[] {
  const own = { customerId: id, namespace: '' };
  return [
    ...(externalUserId === null ? [] : [{ ...own, kind: 'external_userid', value: externalUserId }]),
    ...(unionId === null ? [] : [{ ...own, kind: 'unionid', value: unionId }]),
  ];
}

function valuesOf(profile: GoldenProfile | undefined, revealed: boolean): Map<string, FieldValue> {
  const values = new Map<string, FieldValue>();
  for (const { definition, value } of profile?.fields ?? []) {
    if (value !== null && (revealed || !definition.personal)) values.set(definition.key, value);
  }
  return values;
}
