import { Injectable } from '@nestjs/common';
import type { BlacklistEntry, Consent } from '../domain/records.js';
import { RecordStore } from '../persistence/record-store.js';
import { PersonMembers } from './person-members.js';

type PageReader<T> = (after: string | undefined, limit: number) => Promise<T[]>;

/** Blacklist entries and consents of a person, newest first. Inside an open unit of work. */
@Injectable()
export class ListRecords {
  constructor(
    private readonly records: RecordStore,
    private readonly members: PersonMembers,
  ) {}

  /** @throws customers.not_found */
  async entriesOf(customerId: string): Promise<PageReader<BlacklistEntry>> {
    const customerIds = await this.members.of(customerId);
    return (after, limit) => this.records.listEntries(customerIds, after, limit);
  }

  /** @throws customers.not_found */
  async consentsOf(customerId: string): Promise<PageReader<Consent>> {
    const customerIds = await this.members.of(customerId);
    return (after, limit) => this.records.listConsents(customerIds, after, limit);
  }
}
