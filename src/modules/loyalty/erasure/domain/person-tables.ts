import type { ExportedRows } from '../../../customers/index.js';

const OF_CUSTOMERS = 't.customer_id = ANY($2::uuid[])';
const OF_MEMBERS = `t.member_id IN (
  SELECT m.id FROM loyalty.members m WHERE m.corp_id = $1 AND m.customer_id = ANY($2::uuid[]))`;
const ACCOUNTS =
  'SELECT a.id FROM loyalty.accounts a WHERE a.corp_id = $1 AND a.customer_id = ANY($2::uuid[])';
const OF_ACCOUNTS = `t.account_id IN (${ACCOUNTS})`;
const HASHES = { hidden: ['hash', 'chain_head', 'body_hash'] };

/** Every table of this module that holds something of a member. A test finds each that is missing here. */
export const LOYALTY_PERSON_TABLES: readonly ExportedRows[] = [
  { name: 'loyalty.members', rows: OF_CUSTOMERS },
  { name: 'loyalty.accounts', rows: OF_CUSTOMERS, ...HASHES },
  { name: 'loyalty.entries', rows: OF_ACCOUNTS, ...HASHES },
  {
    name: 'loyalty.transfers',
    rows: `t.id IN (SELECT e.transfer_id FROM loyalty.entries e WHERE e.corp_id = $1 AND e.account_id IN (${ACCOUNTS}))`,
    ...HASHES,
  },
  { name: 'loyalty.lots', rows: OF_ACCOUNTS },
  { name: 'loyalty.lot_uses', rows: OF_ACCOUNTS },
  { name: 'loyalty.holds', rows: OF_CUSTOMERS },
  { name: 'loyalty.hold_lots', rows: OF_ACCOUNTS },
  { name: 'loyalty.adjustments', rows: OF_CUSTOMERS },
  { name: 'loyalty.opening_rows', rows: OF_CUSTOMERS },
  { name: 'loyalty.rule_awards', rows: OF_CUSTOMERS },
  { name: 'loyalty.honour_grants', rows: OF_MEMBERS },
  { name: 'loyalty.exchanges', rows: OF_CUSTOMERS },
  { name: 'loyalty.check_ins', rows: OF_MEMBERS },
  { name: 'loyalty.member_levels', rows: OF_CUSTOMERS },
  { name: 'loyalty.level_history', rows: OF_MEMBERS },
  { name: 'loyalty.level_grants', rows: OF_MEMBERS },
  { name: 'loyalty.tag_writes', rows: OF_CUSTOMERS },
  { name: 'loyalty.board_standings', rows: OF_CUSTOMERS },
  { name: 'loyalty.board_moves', rows: OF_MEMBERS },
  { name: 'loyalty.board_rungs', rows: OF_MEMBERS },
  { name: 'loyalty.board_results', rows: OF_CUSTOMERS },
  { name: 'loyalty.board_corrections', rows: OF_MEMBERS },
];
