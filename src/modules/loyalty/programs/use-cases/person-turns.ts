import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { CustomersFacade } from '../../../customers/index.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { PersonMembers, type PersonInProgram } from '../persistence/person-members.js';
import { Members } from './members.js';

/**
 * For what a person may do only so often, whichever of his customers does it. Until the unit of work ends nobody else
 * counts for him: whoever does so at the same time waits here and then sees what was written.
 */
@Injectable()
export class PersonTurns {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomersFacade,
    private readonly members: PersonMembers,
    private readonly enrolment: Members,
  ) {}

  /**
   * Each customer has a lock of his own, so that turns are also taken while two customers are merged.
   * @returns the member that the customer is, or now becomes, and all that are one person with him
   * @throws loyalty.program_not_found, loyalty.customer_not_found
   */
  async take(
    programId: string,
    customerId: string,
  ): Promise<PersonInProgram & { readonly memberId: string }> {
    const customerIds = await this.customers.customersOf(customerId);
    const locks = customerIds.map((id) => hash(`${programId}|${id}`)).sort((one, two) => one - two);
    await this.database.query(
      'SELECT count(pg_advisory_xact_lock($1, customer)) FROM unnest($2::int[]) AS customer',
      [hash(`loyalty.person:${this.database.corpId}`), locks],
    );
    const members = await this.members.listOf(programId, customerIds);
    const own = members.find((member) => member.customerId === customerId);
    const memberId = own?.id ?? (await this.enrolment.enrol(programId, [customerId])).get(customerId);
    if (memberId === undefined) throw loyaltyErrors.customer_not_found();
    const memberIds = [...new Set([...members.map(({ id }) => id), memberId])];
    return { memberId, customerIds, memberIds };
  }
}

function hash(text: string): number {
  return createHash('sha256').update(text).digest().readInt32BE(0);
}
