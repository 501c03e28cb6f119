import type { ExportedRows } from '../../../customers/index.js';

const OF_CUSTOMERS = 't.customer_id = ANY($2::uuid[])';
const OF_COUPONS = `t.coupon_id IN (
  SELECT c.id FROM coupons.coupons c WHERE c.corp_id = $1 AND c.customer_id = ANY($2::uuid[]))`;
const OF_REDEMPTIONS = `t.redemption_id IN (
  SELECT r.id FROM coupons.redemptions r WHERE r.corp_id = $1 AND r.customer_id = ANY($2::uuid[]))`;

/**
 * Every table of this module that holds something of a customer. A test finds each that is missing here, but for what
 * delivery keeps under WeCom's ids, and forgets when it hears of an erasure.
 */
export const COUPON_PERSON_TABLES: readonly ExportedRows[] = [
  { name: 'coupons.coupons', rows: OF_CUSTOMERS, hidden: ['code_hash', 'code_cipher'] },
  { name: 'coupons.coupon_events', rows: OF_COUPONS },
  { name: 'coupons.redemptions', rows: OF_CUSTOMERS, hidden: ['body_hash'] },
  { name: 'coupons.reversals', rows: OF_REDEMPTIONS, hidden: ['body_hash'] },
  { name: 'coupons.claim_links', rows: OF_CUSTOMERS },
  { name: 'coupons.audience_members', rows: OF_CUSTOMERS },
  { name: 'coupons.grants', rows: OF_CUSTOMERS },
  { name: 'coupons.announcement_recipients', rows: OF_CUSTOMERS },
  { name: 'coupons.welcome_offers', rows: OF_CUSTOMERS },
];
