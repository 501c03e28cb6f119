import { Injectable } from '@nestjs/common';
import { Audit } from '../../../../platform/audit/audit.js';
import type { AuthenticatedKey } from '../../../../platform/auth/current-key.js';
import { REVEAL_SCOPE } from '../../../../platform/auth/scopes.js';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { FieldCatalogue } from '../../profiles/queries/field-catalogue.js';
import { Conditions } from '../../search/queries/conditions.js';
import { SearchCustomers } from '../../search/queries/search-customers.js';
import { COLUMNS_BEFORE_FIELDS, exportColumn, type WantedExport } from '../domain/export.js';
import { exchangeErrors } from '../exchange.errors.js';

/** Who may have what in an export. Inside an open unit of work. */
@Injectable()
export class ExportChecks {
  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly conditions: Conditions,
    private readonly search: SearchCustomers,
    private readonly audit: Audit,
  ) {}

  /** @returns the columns: without any said, all fields and what leads to the customer. */
  async check(
    { columns, filter = {}, reveal }: WantedExport,
    { scopes }: AuthenticatedKey,
  ): Promise<string[]> {
    if (reveal && !scopes.includes(REVEAL_SCOPE)) throw exchangeErrors.reveal_scope_missing();
    if (filter.phones || filter.identifiers || (await this.conditions.isPersonal(filter)))
      throw exchangeErrors.export_filter_personal();
    await this.search.page(filter, 'oldest', undefined, 1); // refuses what cannot be searched for
    const fields = await this.catalogue.list();
    const names = columns ?? [...COLUMNS_BEFORE_FIELDS, ...fields.map(({ key }) => key)];
    const unknown = names.find((name) => !exportColumn(name, fields));
    if (unknown !== undefined) throw exchangeErrors.export_column_unknown({ column: unknown });
    return [...new Set(names)];
  }

  /** Whole personal data leave by it. */
  async noteReveal(id: string, action = 'customers.reveal_export'): Promise<void> {
    await this.audit.append({ action, target: { id: toPublicId('exp', id) } });
  }
}
