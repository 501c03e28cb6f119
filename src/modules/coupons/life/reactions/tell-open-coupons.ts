import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { OpenCoupons } from '../../../customers/index.js';

/** Along the index by customer. A batch that is void has no open ones, before each of them has been told. */
export const OPEN_COUPONS = {
  name: 'coupons.open-of-customers',
  text: `SELECT c.customer_id AS "customerId", count(*)::int AS count
           FROM coupons.coupons c JOIN coupons.batches b ON b.corp_id = c.corp_id AND b.id = c.batch_id AND b.state <> 'void'
          WHERE c.corp_id = $1 AND c.customer_id = ANY ($2::uuid[]) AND c.state IN ('claimed', 'locked')
            AND c.valid_until > clock_timestamp() GROUP BY c.customer_id`,
};

/** A customer's page shows how many coupons he has. */
@Injectable()
export class TellOpenCoupons implements OnModuleInit {
  constructor(
    private readonly coupons: OpenCoupons,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.coupons.register((customerIds) => this.count(customerIds));
  }

  private async count(customerIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ customerId: string; count: number }>(OPEN_COUPONS, [
      this.database.corpId,
      customerIds,
    ]);
    return new Map(rows.map(({ customerId, count }) => [customerId, count]));
  }
}
