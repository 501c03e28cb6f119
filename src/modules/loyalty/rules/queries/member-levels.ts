import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

/** Which level members have. Inside an open unit of work. */
@Injectable()
export class MemberLevels {
  constructor(private readonly database: Database) {}

  /** Keys of levels by customer; who is no member, or has no level, is missing. Along members_customer_key. */
  async of(programId: string, customerIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.database.query<{ customerId: string; level: string }>(
      `SELECT m.customer_id AS "customerId", l.level FROM loyalty.members m
         JOIN loyalty.member_levels l ON l.corp_id = $1 AND l.program_id = m.program_id AND l.member_id = m.id
        WHERE m.corp_id = $1 AND m.program_id = $2 AND m.customer_id = ANY($3::uuid[])`,
      [this.database.corpId, programId, customerIds],
    );
    return new Map(rows.map(({ customerId, level }) => [customerId, level]));
  }
}
