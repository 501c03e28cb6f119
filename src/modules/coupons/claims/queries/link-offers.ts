import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { LINK_CODE, type LinkOffer } from '../domain/claim-link.js';

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

/** What a link's page says, for whoever brings nothing but its code. Opens its own units of work. */
@Injectable()
export class LinkOffers {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
  ) {}

  /** @returns undefined for what leads nowhere: unknown, switched off, expired. */
  async of(code: string): Promise<LinkOffer | undefined> {
    if (!LINK_CODE.test(code)) return undefined;
    const found = await this.unit.read(undefined, () =>
      this.database.maybeOne<{ corpId: CorpId; id: string }>(FIND_CODE, [code]),
    );
    if (!found) return undefined;
    return this.unit.read(found.corpId, () =>
      this.database.maybeOne<LinkOffer>(OFFER, [found.corpId, found.id]),
    );
  }
}
