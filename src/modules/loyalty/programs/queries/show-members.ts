import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { Programs } from './programs.js';

export interface MemberFacts {
  readonly id: string;
  readonly programId: string;
  readonly customerId: string;
  readonly joinedAt: Date;
  readonly frozenAt: Date | null;
  readonly frozenReason: string | null;
}

/** Inside an open unit of work. */
@Injectable()
export class ShowMembers {
  constructor(
    private readonly database: Database,
    private readonly programs: Programs,
  ) {}

  /** @throws loyalty.member_not_found */
  async get(memberId: string): Promise<MemberFacts> {
    const member = await this.database.maybeOne<MemberFacts>(`${SELECT} AND m.id = $2`, [
      this.database.corpId,
      memberId,
    ]);
    if (!member) throw loyaltyErrors.member_not_found();
    return member;
  }

  /** Of a program, in the order in which they joined. @throws loyalty.program_not_found */
  async list(programId: string, after: string | undefined, limit: number): Promise<MemberFacts[]> {
    await this.programs.get(programId);
    return this.database.query<MemberFacts>(
      `${SELECT} AND m.program_id = $2 AND ($3::uuid IS NULL OR m.id > $3) ORDER BY m.id LIMIT $4`,
      [this.database.corpId, programId, after ?? null, limit],
    );
  }
}

const SELECT = `
  SELECT m.id, m.program_id AS "programId", m.customer_id AS "customerId", m.joined_at AS "joinedAt",
         m.frozen_at AS "frozenAt", m.frozen_reason AS "frozenReason"
    FROM loyalty.members m WHERE m.corp_id = $1`;
