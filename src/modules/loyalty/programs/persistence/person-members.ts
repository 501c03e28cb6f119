import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { CustomersFacade } from '../../../customers/index.js';
import { loyaltyErrors } from '../../loyalty.errors.js';

export interface ProgramMember {
  readonly id: string;
  readonly programId: string;
  readonly customerId: string;
}

/** A person in a program: all his customers, and those of them who are members. */
export interface PersonInProgram {
  readonly customerIds: readonly string[];
  readonly memberIds: readonly string[];
}

/** Members as persons: a merge moves no rows, so one person can be several members. Inside an open unit of work. */
@Injectable()
export class PersonMembers {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomersFacade,
  ) {}

  async ofIds(memberIds: readonly string[]): Promise<Map<string, ProgramMember>> {
    const rows = await this.database.query<ProgramMember>(
      `SELECT id, program_id AS "programId", customer_id AS "customerId" FROM loyalty.members
        WHERE corp_id = $1 AND id = ANY($2::uuid[])`,
      [this.database.corpId, memberIds],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** @throws loyalty.member_not_found */
  async get(memberId: string): Promise<ProgramMember & PersonInProgram> {
    const member = (await this.ofIds([memberId])).get(memberId);
    if (!member) throw loyaltyErrors.member_not_found();
    const customerIds = await this.customers.customersOf(member.customerId);
    const members = await this.listOf(member.programId, customerIds);
    return { ...member, customerIds, memberIds: members.map(({ id }) => id) };
  }

  listOf(programId: string, customerIds: readonly string[]): Promise<ProgramMember[]> {
    return this.database.query<ProgramMember>(
      `SELECT id, program_id AS "programId", customer_id AS "customerId" FROM loyalty.members
        WHERE corp_id = $1 AND program_id = $2 AND customer_id = ANY($3::uuid[]) ORDER BY id`,
      [this.database.corpId, programId, customerIds],
    );
  }
}
