import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { CUSTOMER_IDENTIFIERS_MAX } from '../domain/linking-rules.js';
import { IdentifierLookup } from './identifier-lookup.js';
import type { GivenIdentifier } from '../domain/identifier.js';
import { identityErrors } from '../identity.errors.js';

/**
 * How many identifiers a customer may have, for whoever adds some by hand or by a program; what WeCom tells is taken as it
 * is. Two calls at once may exceed it by what one of them brings. Inside an open unit of work.
 */
@Injectable()
export class IdentifierLimit {
  constructor(
    private readonly database: Database,
    private readonly lookup: IdentifierLookup,
  ) {}

  /** What the customer has already does not count. @throws customers.identifiers_too_many */
  async assertFits(customerId: string, identifiers: readonly GivenIdentifier[]): Promise<void> {
    const holders = await this.lookup.find(identifiers);
    const adding = holders.filter((ids) => !ids.includes(customerId)).length;
    if ((await this.exceededBy(new Map([[customerId, adding]]))).size > 0)
      throw identityErrors.identifiers_too_many();
  }

  /** @param adding so many new ones for each customer. @returns those who would have too many. */
  async exceededBy(adding: ReadonlyMap<string, number>): Promise<Set<string>> {
    const asked = [...adding].filter(([, count]) => count > 0);
    if (asked.length === 0) return new Set();
    const rows = await this.database.query<{ id: string }>(
      `SELECT a.id FROM unnest($2::uuid[], $3::int[]) AS a(id, adding)
        CROSS JOIN LATERAL (SELECT count(*) AS held FROM customers.identifiers i
                             WHERE i.corp_id = $1 AND i.customer_id = a.id) h
        WHERE h.held + a.adding > $4`,
      [
        this.database.corpId,
        asked.map(([id]) => id),
        asked.map(([, count]) => count),
        CUSTOMER_IDENTIFIERS_MAX,
      ],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
