import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { FieldValue } from '../domain/field-definition.js';
import type { FieldSource } from '../domain/survivorship.js';
import { FieldCatalogue } from './field-catalogue.js';
import { PersonMembers } from './person-members.js';

export interface ReplacedValue {
  readonly id: string;
  readonly customerId: string;
  readonly field: string;
  readonly source: FieldSource;
  readonly value: FieldValue | null;
  readonly confidence: number;
  readonly observedAt: Date;
  readonly writtenAt: Date;
  readonly writtenBy: string;
  readonly replacedAt: Date;
  readonly replacedBy: string;
}

/** What sources said before, newest first. Inside an open unit of work. */
@Injectable()
export class ListHistory {
  constructor(
    private readonly database: Database,
    private readonly members: PersonMembers,
    private readonly catalogue: FieldCatalogue,
  ) {}

  /** Whose history is read with this customer's, and which fields it masks. @throws customers.not_found */
  async scopeOf(customerId: string): Promise<{ customerIds: string[]; personal: ReadonlySet<string> }> {
    const customerIds = await this.members.of(customerId);
    const { fields } = await this.catalogue.read();
    const personal = fields.filter((field) => field.personal).map(({ key }) => key);
    return { customerIds, personal: new Set(personal) };
  }

  /** Along field_history_customer_idx. */
  list(
    of: { customerIds: readonly string[]; field?: string | undefined },
    after: string | undefined,
    limit: number,
  ): Promise<ReplacedValue[]> {
    return this.database.query<ReplacedValue>(
      `SELECT id, customer_id AS "customerId", field_key AS field, source, value, confidence,
              observed_at AS "observedAt", written_at AS "writtenAt", written_by AS "writtenBy",
              replaced_at AS "replacedAt", replaced_by AS "replacedBy"
         FROM customers.field_history
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND ($3::text IS NULL OR field_key = $3)
          AND ($4::uuid IS NULL OR id < $4)
        ORDER BY id DESC LIMIT $5`,
      [this.database.corpId, of.customerIds, of.field ?? null, after ?? null, limit],
    );
  }
}
