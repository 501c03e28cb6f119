import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { ClaimLink, ClaimLinkFilter } from '../domain/claim-link.js';

const COLUMNS = `id, code, key, batch_id AS "batchId", customer_id AS "customerId", channel, expires_at AS "expiresAt",
  switched_off_at AS "switchedOffAt", created_at AS "createdAt"`;

/** Inside an open unit of work. */
@Injectable()
export class ClaimLinkStore {
  constructor(private readonly database: Database) {}

  /** Those whose key another link has are left out. */
  async add(links: readonly ClaimLink[]): Promise<void> {
    await this.database.execute(
      `WITH added AS (
         INSERT INTO coupons.claim_links (corp_id, id, code, key, batch_id, customer_id, channel, expires_at, created_at)
         SELECT $1, l.* FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::timestamptz[],
                $9::timestamptz[]) AS l(id, code, key, batch_id, customer_id, channel, expires_at, created_at)
          ORDER BY l.key
             ON CONFLICT (corp_id, key) DO NOTHING RETURNING code, id)
       INSERT INTO platform.claim_codes (code, corp_id, link_id) SELECT code, $1, id FROM added`,
      [
        this.database.corpId,
        links.map(({ id }) => id),
        links.map(({ code }) => code),
        links.map(({ key }) => key),
        links.map(({ batchId }) => batchId),
        links.map(({ customerId }) => customerId),
        links.map(({ channel }) => channel),
        links.map(({ expiresAt }) => expiresAt),
        links.map(({ createdAt }) => createdAt),
      ],
    );
  }

  byKeys(keys: readonly string[]): Promise<ClaimLink[]> {
    return this.database.query<ClaimLink>(
      `SELECT ${COLUMNS} FROM coupons.claim_links WHERE corp_id = $1 AND key = ANY ($2::text[])`,
      [this.database.corpId, keys],
    );
  }

  /** The newest first, along the index of the batch or of the customer, or the primary key. */
  list(
    { batchId, customerId }: ClaimLinkFilter,
    after: { id: string } | undefined,
    limit: number,
  ): Promise<ClaimLink[]> {
    return this.database.query<ClaimLink>(
      `SELECT ${COLUMNS} FROM coupons.claim_links
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR batch_id = $2) AND ($3::uuid IS NULL OR customer_id = $3)
          AND ($4::uuid IS NULL OR id < $4)
        ORDER BY id DESC LIMIT $5`,
      [this.database.corpId, batchId ?? null, customerId ?? null, after?.id ?? null, limit],
    );
  }

  /** The coupon that one of these orders gave, whichever came first to it. */
  claimOf(orderKeys: readonly string[]): Promise<{ key: string; customerId: string } | undefined> {
    return this.database.maybeOne(
      `SELECT issue_key AS key, customer_id AS "customerId" FROM coupons.coupons
        WHERE corp_id = $1 AND issue_key = ANY ($2::text[]) ORDER BY id LIMIT 1`,
      [this.database.corpId, orderKeys],
    );
  }

  find(id: string): Promise<ClaimLink | undefined> {
    return this.one('id = $2', id);
  }

  findByCode(code: string): Promise<ClaimLink | undefined> {
    return this.one('code = $2', code);
  }

  async switchOff(id: string, at: Date): Promise<void> {
    await this.database.execute(
      'UPDATE coupons.claim_links SET switched_off_at = $3 WHERE corp_id = $1 AND id = $2 AND switched_off_at IS NULL',
      [this.database.corpId, id, at],
    );
  }

  private one(where: string, value: string): Promise<ClaimLink | undefined> {
    return this.database.maybeOne<ClaimLink>(
      `SELECT ${COLUMNS} FROM coupons.claim_links WHERE corp_id = $1 AND ${where}`,
      [this.database.corpId, value],
    );
  }
}
