import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { staffKeyOf } from '../domain/staff-key.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { StaffReadStore } from '../persistence/staff-read-store.js';
import { Losses } from './losses.js';

/** WeCom gave a member another userid: the relations stay the same, under the new id. */
@Injectable()
export class RenameStaff {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomerStore,
    private readonly staffReads: StaffReadStore,
    private readonly losses: Losses,
  ) {}

  /** The ids differ in more than case. Inside an open unit of work. Done again it changes nothing. */
  async rename(fromUserId: string, toUserId: string): Promise<void> {
    const doubled = await this.dropDoubles(fromUserId, toUserId);
    await this.staffReads.forget(fromUserId);
    const rows = await this.database.query<{ customerId: string }>(
      `UPDATE customers.follow_relations SET staff_user_id = $3, staff_key = lower($3), updated_at = now()
        WHERE corp_id = $1 AND staff_key = $2 RETURNING customer_id AS "customerId"`,
      [this.database.corpId, staffKeyOf(fromUserId), toUserId],
    );
    await this.customers.touch(rows.map((row) => row.customerId));
    await this.losses.settle(doubled);
  }

  /**
   * Where a read was faster than the event, both rows exist: the one under the new id is what WeCom shows now. The
   * customer's turn for a full read comes next, which brings the personal tags that only the old row had. What is past
   * of the old one goes over to it.
   */
  private async dropDoubles(fromUserId: string, toUserId: string): Promise<string[]> {
    const params = [this.database.corpId, staffKeyOf(fromUserId), staffKeyOf(toUserId)];
    await this.database.execute(TAKE_PAST, params);
    const rows = await this.database.query<{ id: string }>(
      `WITH doubles AS (
         DELETE FROM customers.follow_relations o USING customers.follow_relations n
          WHERE o.corp_id = $1 AND o.staff_key = $2
            AND n.corp_id = $1 AND n.customer_id = o.customer_id AND n.staff_key = $3
         RETURNING o.customer_id)
       UPDATE customers.customers c SET detail_fetched_at = NULL, updated_at = now()
         FROM doubles d WHERE c.corp_id = $1 AND c.id = d.customer_id RETURNING c.id`,
      params,
    );
    return rows.map(({ id }) => id);
  }
}

const TAKE_PAST = `
  UPDATE customers.relation_history h SET relation_id = n.id
    FROM customers.follow_relations o, customers.follow_relations n
   WHERE o.corp_id = $1 AND o.staff_key = $2
     AND n.corp_id = $1 AND n.customer_id = o.customer_id AND n.staff_key = $3
     AND h.corp_id = $1 AND h.relation_id = o.id
     AND NOT EXISTS (SELECT FROM customers.relation_history t
                      WHERE t.corp_id = $1 AND t.relation_id = n.id AND t.at = h.at AND t.kind = h.kind)`;
