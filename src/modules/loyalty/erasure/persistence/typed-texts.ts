import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

const OF_CUSTOMERS = 't.customer_id = ANY($2::uuid[])';
const OF_MEMBERS = `t.member_id IN (
  SELECT m.id FROM loyalty.members m WHERE m.corp_id = $1 AND m.customer_id = ANY($2::uuid[]))`;
const OF_ACCOUNTS = `t.actor_kind = 'key' AND t.id IN (
  SELECT e.transfer_id FROM loyalty.accounts a
    JOIN loyalty.entries e ON e.corp_id = a.corp_id AND e.account_id = a.id
   WHERE a.corp_id = $1 AND a.customer_id = ANY($2::uuid[]))`;

/**
 * Every text of this module that somebody typed about a member; a constraint that asks for one is content with an empty one.
 * What was booked stays: amounts and ids, on which other figures count.
 */
const CLEARED = [
  { table: 'loyalty.members', rows: OF_CUSTOMERS, set: { frozen_reason: 'NULL' } },
  { table: 'loyalty.transfers', rows: OF_ACCOUNTS, set: { reason: 'NULL' } },
  { table: 'loyalty.holds', rows: OF_CUSTOMERS, set: { reason: 'NULL' } },
  {
    table: 'loyalty.adjustments',
    rows: OF_CUSTOMERS,
    set: { reason: `''`, decision_reason: 'NULL' },
  },
  { table: 'loyalty.level_history', rows: OF_MEMBERS, set: { note: 'NULL' } },
  {
    table: 'loyalty.honour_grants',
    rows: OF_MEMBERS,
    set: { reason: 'NULL', revoked_reason: `CASE WHEN t.revoked_reason IS NOT NULL THEN '' END` },
  },
  {
    table: 'loyalty.exchanges',
    rows: OF_CUSTOMERS,
    set: { cancelled_reason: `CASE WHEN t.cancelled_reason IS NOT NULL THEN '' END` },
  },
] as const;

/** Inside an open unit of work. */
@Injectable()
export class TypedTexts {
  constructor(private readonly database: Database) {}

  async clear(customerIds: readonly string[]): Promise<void> {
    for (const { table, rows, set } of CLEARED) {
      const changes = Object.entries(set).map(([column, value]) => `${column} = ${value}`);
      const isThere = Object.keys(set).map((column) => `t.${column} <> ''`);
      await this.database.execute(
        `UPDATE ${table} AS t SET ${changes.join(', ')} WHERE t.corp_id = $1 AND ${rows} AND (${isThere.join(' OR ')})`,
        [this.database.corpId, customerIds],
      );
    }
  }

  /** Which of WeCom's tags a contact shows: also of programs that write none any more, whose relations nobody follows. */
  async forgetContacts(customerIds: readonly string[]): Promise<void> {
    await this.database.execute(
      'DELETE FROM loyalty.tag_writes WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])',
      [this.database.corpId, customerIds],
    );
  }
}
