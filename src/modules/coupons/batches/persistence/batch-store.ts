import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import { termsOf } from '../../templates/domain/terms.js';
import { type BatchState, type BatchWithTerms, STOCK_BUCKETS } from '../domain/batch.js';

const COLUMNS = `b.id, b.version_id AS "versionId", v.template_id AS "templateId", v.kind, v.terms, b.name, b.state, b.stock,
  b.per_person AS "perPerson", b.budget, b.daily_budget AS "dailyBudget", b.claim_from AS "claimFrom",
  b.claim_until AS "claimUntil", b.time_zone AS "timeZone", b.created_by_owner AS "createdBy",
  b.approved_by_owner AS "approvedBy", b.version, b.state_at AS "stateAt", b.created_at AS "createdAt"`;
const FROM = `coupons.batches b JOIN coupons.template_versions v ON v.corp_id = $1 AND v.id = b.version_id`;

/** What somebody wants a batch to be. */
export interface BatchWanted {
  readonly versionId: string;
  readonly name: string;
  readonly stock: number;
  readonly perPerson: number;
  readonly budget: number | null;
  readonly dailyBudget: number | null;
  readonly claimFrom: Date | null;
  readonly claimUntil: Date | null;
  readonly timeZone: string;
}

export interface BatchFilter {
  readonly state?: BatchState | undefined;
}

/** Batches. Inside an open unit of work. */
@Injectable()
export class BatchStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async find(id: string): Promise<BatchWithTerms | undefined> {
    const [found] = await this.byIds([id]);
    return found;
  }

  async byIds(ids: readonly string[]): Promise<BatchWithTerms[]> {
    const rows = await this.database.query<BatchWithTerms>(
      `SELECT ${COLUMNS} FROM ${FROM} WHERE b.corp_id = $1 AND b.id = ANY ($2::uuid[])`,
      [this.database.corpId, ids],
    );
    return rows.map(revive);
  }

  /** Of two who change a batch one waits, and then sees what the other made of it. */
  async lock(id: string): Promise<BatchWithTerms | undefined> {
    const row = await this.database.maybeOne<BatchWithTerms>(
      `SELECT ${COLUMNS} FROM ${FROM} WHERE b.corp_id = $1 AND b.id = $2 FOR UPDATE OF b`,
      [this.database.corpId, id],
    );
    return row && revive(row);
  }
}

function revive(row: BatchWithTerms): BatchWithTerms {
  return { ...row, terms: termsOf(row.terms) };
}
