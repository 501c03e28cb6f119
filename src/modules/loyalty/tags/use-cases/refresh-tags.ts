import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { CustomersFacade } from '../../../customers/index.js';
import { wishedTags } from '../domain/tag-rules.js';
import { TagRuleStore } from '../persistence/tag-rule-store.js';
import { TagWriteStore } from '../persistence/tag-write-store.js';

/** Whoever waits for WeCom is awaited by the wishes themselves, so few attempts are enough. */
export const writeTagsJob = defineJob<{ corpId: CorpId }>('loyalty.write_tags', { attemptsMax: 8 });
/** Behind everything that somebody waits for. */
const PRIORITY = 50;

/** Notes which tags customers shall show as they stand now; a job brings what changed to WeCom. Inside an open unit of work. */
@Injectable()
export class RefreshTags {
  constructor(
    private readonly database: Database,
    private readonly rules: TagRuleStore,
    private readonly writes: TagWriteStore,
    private readonly customers: CustomersFacade,
    private readonly jobs: Jobs,
  ) {}

  /** In all programs that write tags. */
  async refreshEverywhere(customerIds: readonly string[]): Promise<void> {
    for (const programId of await this.rules.listPrograms()) await this.refresh(programId, customerIds);
  }

  /** @param customerIds at most 1,000 */
  async refresh(programId: string, customerIds: readonly string[]): Promise<void> {
    await this.rules.lock(programId);
    const rules = await this.rules.get(programId);
    const contacts = await this.customers.contactsOf(customerIds);
    const members = await this.writes.members(programId, [...contacts.keys()]);
    const wishes = members.flatMap(({ customerId, level, balance }) => {
      const { externalUserId = '', staffUserIds = [] } = contacts.get(customerId) ?? {};
      const wished = wishedTags(rules, level ?? undefined, balance);
      return staffUserIds.map((staffUserId) => ({ customerId, staffUserId, externalUserId, wished }));
    });
    if (await this.writes.wish(programId, customerIds, wishes)) await this.wake();
  }

  async wake(delayMs = 0): Promise<void> {
    const { corpId } = this.database;
    const queue = `${writeTagsJob.name}:${corpId}`;
    await this.jobs.enqueue(writeTagsJob, { corpId }, { key: 'write', queue, delayMs, priority: PRIORITY });
  }
}
