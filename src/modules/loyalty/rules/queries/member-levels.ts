import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { PersonLevels } from '../../levels/queries/person-levels.js';

/** Which level persons have. Inside an open unit of work. */
@Injectable()
export class MemberLevels {
  constructor(
    private readonly database: Database,
    private readonly levels: PersonLevels,
  ) {}

  /**
   * Keys of levels by customer; of a person who is several members the highest. Who is no member, or has no level, is
   * missing. Along members_customer_key.
   * @param persons by customer, all who are one person with him
   */
  async of(programId: string, persons: ReadonlyMap<string, readonly string[]>): Promise<Map<string, string>> {
    const rows = await this.database.query<{ customerId: string; level: string }>(
      `SELECT m.customer_id AS "customerId", l.level FROM loyalty.members m
         JOIN loyalty.member_levels l ON l.corp_id = $1 AND l.program_id = m.program_id AND l.member_id = m.id
        WHERE m.corp_id = $1 AND m.program_id = $2 AND m.customer_id = ANY($3::uuid[])`,
      [this.database.corpId, programId, [...new Set([...persons.values()].flat())]],
    );
    const levels = new Map(rows.map(({ customerId, level }) => [customerId, level]));
    const keys = rows.length > 1 ? await this.levels.keysOf(programId) : [];
    return new Map(
      [...persons].flatMap(([customerId, person]) => {
        const own = person.flatMap((one) => levels.get(one) ?? []);
        const highest = own.sort((one, two) => keys.indexOf(two) - keys.indexOf(one))[0];
        return highest === undefined ? [] : [[customerId, highest] as const];
      }),
    );
  }
}
