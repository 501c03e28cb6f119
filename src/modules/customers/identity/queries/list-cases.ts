import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { IdentifierKind } from '../domain/identifier.js';
import type { Doubt } from '../domain/partition.js';

export interface IdentityCase {
  readonly id: string;
  readonly customerA: string;
  readonly customerB: string;
  readonly kind: IdentifierKind;
  readonly doubt: Doubt;
  readonly foundAt: Date;
}

const COLUMNS =
  'id, customer_a AS "customerA", customer_b AS "customerB", kind, doubt, found_at AS "foundAt"';

/** Links that were not followed, oldest first. */
@Injectable()
export class ListCases {
  constructor(private readonly database: Database) {}

  list(after: { id: string } | undefined, limit: number): Promise<IdentityCase[]> {
    return this.database.query<IdentityCase>(
      `SELECT ${COLUMNS} FROM customers.identity_cases
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  /** undefined: no such case, or no doubt any more. */
  find(id: string): Promise<IdentityCase | undefined> {
    return this.database.maybeOne<IdentityCase>(
      `SELECT ${COLUMNS} FROM customers.identity_cases WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }
}
