import { Injectable } from '@nestjs/common';
import { Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import { customersErrors } from '../../customers.errors.js';
import { type IdentifierKind, identifierOfText } from '../domain/identifier.js';

export interface ShownIdentifier {
  readonly id: string;
  readonly kind: IdentifierKind;
  readonly namespace: string;
  /** Masked, or whole where it was asked for. */
  readonly value: string;
  readonly source: string;
  readonly observedAt: Date;
}

interface StoredIdentifier extends ShownIdentifier {
  readonly sealed: string;
}

/** What leads to one customer. Nobody has so many; the oldest ones are shown. */
const SHOWN_MAX = 1000;

@Injectable()
export class ShowIdentifiers {
  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
  ) {}

  /** @throws customers.not_found */
  async of(customerId: string): Promise<ShownIdentifier[]> {
    return this.read(customerId);
  }

  /** In clear: only where the caller may see it and the audit trail says so. @throws customers.not_found */
  async revealed(customerId: string): Promise<ShownIdentifier[]> {
    const { corpId } = this.database;
    const place = { corpId, table: 'customers.identifiers', column: 'value_sealed' };
    return (await this.read(customerId)).map((row) => ({
      ...row,
      value: identifierOfText(this.envelopes.open(row.sealed, { ...place, rowId: row.id })).value,
    }));
  }

  private async read(customerId: string): Promise<StoredIdentifier[]> {
    const { corpId } = this.database;
    const customer = await this.database.maybeOne(
      `SELECT 1 AS one FROM customers.customers WHERE corp_id = $1 AND id = $2`,
      [corpId, customerId],
    );
    if (!customer) throw customersErrors.not_found();
    return this.database.query<StoredIdentifier>(
      `SELECT id, kind, namespace, value_masked AS value, value_sealed AS sealed, source, observed_at AS "observedAt"
         FROM customers.identifiers WHERE corp_id = $1 AND customer_id = $2 ORDER BY id LIMIT ${SHOWN_MAX}`,
      [corpId, customerId],
    );
  }
}
