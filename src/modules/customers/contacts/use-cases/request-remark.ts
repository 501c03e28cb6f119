import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { customersErrors } from '../../customers.errors.js';
import { relationErrors } from '../contacts.errors.js';
import { normalisePhone } from '../domain/phone-number.js';
import type { RemarkWish } from '../domain/remark-write.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { RemarkWriteStore } from '../persistence/remark-write-store.js';

/** What fails here otherwise than WeCom says (the database, a bug) is tried again for an hour, then it is parked. */
export const writeRemarkJob = defineJob<{ corpId: CorpId; relationId: string }>('customers.write_remark', {
  attemptsMax: 8,
});

const WECHAT_USER = 1;
/** Writes of one relation never run side by side; those of many relations do. */
const QUEUES = 16;

/** Notes what a remark shall be; a job brings it to WeCom. Inside an open unit of work. */
@Injectable()
export class RequestRemark {
  constructor(
    private readonly database: Database,
    private readonly writes: RemarkWriteStore,
    private readonly customers: CustomerStore,
    private readonly jobs: Jobs,
  ) {}

  /** @throws customers.relation_not_found, remark_empty, remark_company_ignored, phone_invalid */
  async request(customerId: string, relationId: string, wish: RemarkWish): Promise<void> {
    const customer = await this.database.maybeOne<{ type: number | null }>(
      `SELECT c.type FROM customers.follow_relations r
         JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id
        WHERE r.corp_id = $1 AND r.id = $2 AND r.customer_id = $3 FOR NO KEY UPDATE OF c`,
      [this.database.corpId, relationId, customerId],
    );
    if (!customer) throw relationErrors.relation_not_found();
    if (Object.values(wish).every((field) => field === undefined)) throw relationErrors.remark_empty();
    if (wish.phones?.some((phone) => normalisePhone(phone) === '')) throw customersErrors.phone_invalid();
    if (wish.remarkCorpName !== undefined && customer.type !== null && customer.type !== WECHAT_USER) {
      throw relationErrors.remark_company_ignored();
    }
    await this.writes.put(relationId, wish);
    await this.customers.touch([customerId]);
    await this.wake(relationId);
  }

  async wake(relationId: string, delayMs = 0): Promise<void> {
    const { corpId } = this.database;
    const queue = `customers.remarks:${corpId}:${parseInt(relationId.slice(-1), QUEUES)}`;
    await this.jobs.enqueue(writeRemarkJob, { corpId, relationId }, { key: relationId, queue, delayMs });
  }
}
