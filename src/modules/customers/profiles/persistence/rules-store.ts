import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { SurvivorshipRules } from '../domain/survivorship.js';

/** Which source the corp believes, by version. Inside an open unit of work. */
@Injectable()
export class RulesStore {
  constructor(private readonly database: Database) {}

  /** Two who change the rules take turns. */
  async lock(): Promise<void> {
    await this.database.execute(
      `SELECT pg_advisory_xact_lock(hashtextextended('customers.survivorship_rules ' || $1::text, 0))`,
      [this.database.corpId],
    );
  }

  async add({ version, ranking }: SurvivorshipRules, by: string): Promise<void> {
    await this.database.execute(
      `INSERT INTO customers.survivorship_rules (corp_id, version, ranking, made_by, created_at)
       VALUES ($1, $2, $3, $4, clock_timestamp())`,
      [this.database.corpId, version, JSON.stringify(ranking), by],
    );
  }
}
