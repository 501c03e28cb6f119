import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import { CustomerStore } from '../../contacts/persistence/customer-store.js';
import { consentRecorded } from '../../customers.events.js';
import type { Consent } from '../domain/records.js';
import { RecordStore } from '../persistence/record-store.js';
import { PersonMembers } from '../queries/person-members.js';

export type SaidConsent = Pick<Consent, 'customerId' | 'purpose' | 'state' | 'evidence'> & {
  /** Absent: now. */
  readonly happenedAt?: Date | undefined;
};

/** Only ever added to: what was allowed when can be shown later. Inside an open unit of work. */
@Injectable()
export class RecordConsent {
  constructor(
    private readonly members: PersonMembers,
    private readonly records: RecordStore,
    private readonly customers: CustomerStore,
    private readonly events: Events,
  ) {}

  /** @throws customers.not_found */
  async record(said: SaidConsent, by: string): Promise<Consent> {
    await this.members.of(said.customerId);
    const consent = await this.records.addConsent(said, by);
    const { id: consentId, customerId, purpose, state } = consent;
    await this.customers.touch([customerId]);
    await this.events.append(consentRecorded, { customerId, consentId, purpose, state });
    return consent;
  }
}
