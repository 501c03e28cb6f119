import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../../../../platform/crypto/blind-index.js';
import { Database } from '../../../../platform/database/database.js';
import { type GivenIdentifier, identifierText, parseIdentifier } from '../domain/identifier.js';

/** Of an identifier that a whole town shares, so many holders are told. */
const HOLDERS_MAX = 100;

/** Who holds an identifier: what other systems and staff told, and what WeCom's mirror shows. Inside an open unit of work. */
@Injectable()
export class IdentifierLookup {
  constructor(
    private readonly database: Database,
    private readonly blindIndex: BlindIndex,
  ) {}

  /** @returns for each key the customers that hold it, smallest id first, at most 100; none for a value of no such kind. */
  async find(keys: readonly GivenIdentifier[]): Promise<string[][]> {
    const asked = keys.flatMap((given, at) => {
      const identifier = parseIdentifier(given);
      if (!identifier) return [];
      const { kind, value } = identifier;
      return this.blindIndex.of(identifierText(identifier)).map((hash) => ({
        at,
        hash,
        externalUserId: kind === 'external_userid' ? value : null,
        unionId: kind === 'unionid' ? value : null,
      }));
    });
    const found = keys.map((): string[] => []);
    if (asked.length === 0) return found;
    const rows = await this.database.query<{ at: number; ids: string[] }>(HOLDERS, [
      this.database.corpId,
      asked.map((one) => one.at),
      asked.map((one) => one.hash),
      asked.map((one) => one.externalUserId),
      asked.map((one) => one.unionId),
    ]);
    for (const { at, ids } of rows) found[at] = ids;
    return found;
  }
}

/** Along identifiers_value_hash_idx, customers_external_user_id_key and customers_union_id_idx, where there is such an id. */
const HOLDERS = `
  SELECT k.at, array_agg(DISTINCT h.id ORDER BY h.id) AS ids
    FROM unnest($2::int[], $3::text[], $4::text[], $5::text[]) AS k(at, hash, external_user_id, union_id)
   CROSS JOIN LATERAL (
     (SELECT i.customer_id AS id FROM customers.identifiers i
       WHERE i.corp_id = $1 AND i.value_hash = k.hash ORDER BY i.customer_id LIMIT ${HOLDERS_MAX})
     UNION (SELECT c.id FROM customers.customers c WHERE k.external_user_id IS NOT NULL
              AND c.corp_id = $1 AND c.external_user_id = k.external_user_id)
     UNION (SELECT c.id FROM customers.customers c WHERE k.union_id IS NOT NULL
              AND c.corp_id = $1 AND c.union_id = k.union_id
             ORDER BY c.id LIMIT ${HOLDERS_MAX})) h
   GROUP BY k.at`;
