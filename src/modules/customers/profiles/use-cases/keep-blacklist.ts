import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import { CustomerStore } from '../../contacts/persistence/customer-store.js';
import { blacklistLifted, customerBlacklisted } from '../../customers.events.js';
import type { BlacklistEntry } from '../domain/records.js';
import { RecordStore } from '../persistence/record-store.js';
import { profilesErrors } from '../profiles.errors.js';
import { PersonMembers } from '../queries/person-members.js';

/**
 * The blacklist is of customers, and a person stands on it with any of them. Both ask about the person: so a merge or an
 * unmerge moves no entry. Inside an open unit of work.
 */
@Injectable()
export class KeepBlacklist {
  constructor(
    private readonly members: PersonMembers,
    private readonly records: RecordStore,
    private readonly customers: CustomerStore,
    private readonly events: Events,
  ) {}

  /** @throws customers.not_found, customers.already_blacklisted */
  async place(customerId: string, reason: string, by: string): Promise<BlacklistEntry> {
    const { open } = await this.records.current(await this.members.of(customerId));
    const entry = open.length === 0 ? await this.records.place(customerId, reason, by) : undefined;
    if (!entry) throw profilesErrors.already_blacklisted();
    await this.customers.touch([customerId]);
    await this.events.append(customerBlacklisted, { customerId, entryId: entry.id });
    return entry;
  }

  /** @throws customers.not_found, customers.not_blacklisted */
  async lift(customerId: string, reason: string, by: string): Promise<BlacklistEntry> {
    const lifted = await this.records.lift(await this.members.of(customerId), reason, by);
    const [first] = lifted;
    if (!first) throw profilesErrors.not_blacklisted();
    await this.customers.touch(lifted.map((entry) => entry.customerId));
    for (const entry of lifted) {
      await this.events.append(blacklistLifted, { customerId: entry.customerId, entryId: entry.id });
    }
    return first;
  }
}
