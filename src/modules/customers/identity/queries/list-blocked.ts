import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { IdentifierKind } from '../domain/identifier.js';

export interface BlockedIdentifier {
  readonly id: string;
  readonly kind: IdentifierKind;
  readonly valueMasked: string;
  readonly reason: string;
  readonly createdAt: Date;
}

export const BLOCKED_COLUMNS = 'id, kind, value_masked AS "valueMasked", reason, created_at AS "createdAt"';

/** Values that link nobody, oldest first. */
@Injectable()
export class ListBlocked {
  constructor(private readonly database: Database) {}

  list(after: { id: string } | undefined, limit: number): Promise<BlockedIdentifier[]> {
    return this.database.query<BlockedIdentifier>(
      `SELECT ${BLOCKED_COLUMNS} FROM customers.blocked_identifiers
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }
}
