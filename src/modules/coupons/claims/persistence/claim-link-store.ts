import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { ClaimLink } from '../domain/claim-link.js';

const COLUMNS = `id, code, batch_id AS "batchId", customer_id AS "customerId", channel, expires_at AS "expiresAt",
  switched_off_at AS "switchedOffAt", created_at AS "createdAt"`;

/** Inside an open unit of work. */
@Injectable()
export class ClaimLinkStore {
  constructor(private readonly database: Database) {}

  async add(link: ClaimLink): Promise<void> {
    const { id, code, batchId, customerId, channel, expiresAt, createdAt } = link;
    await this.database.execute(
      `INSERT INTO coupons.claim_links (corp_id, id, code, batch_id, customer_id, channel, expires_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [this.database.corpId, id, code, batchId, customerId, channel, expiresAt, createdAt],
    );
    await this.database.execute(
      'INSERT INTO platform.claim_codes (code, corp_id, link_id) VALUES ($1, $2, $3)',
      [code, this.database.corpId, id],
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
