import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { ClaimLink, LinkOffer } from '../domain/claim-link.js';

const COLUMNS = `id, code, batch_id AS "batchId", customer_id AS "customerId", channel, expires_at AS "expiresAt",
  switched_off_at AS "switchedOffAt", created_at AS "createdAt"`;

/** Links of corps that were disconnected lead nowhere. */
const FIND_CODE = {
  name: 'claim-link-by-code',
  text: `SELECT l.corp_id AS "corpId", l.link_id AS id FROM platform.claim_codes l
           JOIN platform.corps c ON c.id = l.corp_id AND c.state = 'active' WHERE l.code = $1`,
};

const OFFER = `
  SELECT t.name_zh AS "nameZh", t.name_en AS "nameEn", l.expires_at AS "expiresAt",
         CASE WHEN b.state IN ('ended', 'void') OR b.claim_until <= clock_timestamp() THEN 'over'
              WHEN b.state <> 'running' OR b.claim_from > clock_timestamp() THEN 'waiting'
              WHEN EXISTS (SELECT FROM coupons.batch_stock s WHERE s.corp_id = $1 AND s.batch_id = b.id AND s.remaining > 0)
              THEN 'open' ELSE 'sold_out' END AS state
    FROM coupons.claim_links l
    JOIN coupons.batches b ON b.corp_id = $1 AND b.id = l.batch_id
    JOIN coupons.template_versions v ON v.corp_id = $1 AND v.id = b.version_id
    JOIN coupons.templates t ON t.corp_id = $1 AND t.id = v.template_id
   WHERE l.corp_id = $1 AND l.id = $2 AND l.switched_off_at IS NULL AND l.expires_at > clock_timestamp()`;

/** Inside an open unit of work, except where it says otherwise. */
@Injectable()
export class ClaimLinkStore {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
  ) {}

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

  /** Outside a unit of work, for whoever brings nothing but the code. @returns undefined for what leads nowhere. */
  async offerOf(code: string): Promise<LinkOffer | undefined> {
    const found = await this.unit.read(undefined, () =>
      this.database.maybeOne<{ corpId: CorpId; id: string }>(FIND_CODE, [code]),
    );
    if (!found) return undefined;
    return this.unit.read(found.corpId, () =>
      this.database.maybeOne<LinkOffer>(OFFER, [found.corpId, found.id]),
    );
  }

  private one(where: string, value: string): Promise<ClaimLink | undefined> {
    return this.database.maybeOne<ClaimLink>(
      `SELECT ${COLUMNS} FROM coupons.claim_links WHERE corp_id = $1 AND ${where}`,
      [this.database.corpId, value],
    );
  }
}
