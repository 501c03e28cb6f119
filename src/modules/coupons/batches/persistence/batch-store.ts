import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import { termsOf } from '../../templates/domain/terms.js';
import type { AskedAmounts, BatchAmounts, BatchState, BatchWanted, BatchWithTerms } from '../domain/batch.js';

const COLUMNS = `b.id, b.version_id AS "versionId", v.template_id AS "templateId", v.kind, v.terms, b.name, b.state, b.stock,
  b.per_person AS "perPerson", b.budget, b.daily_budget AS "dailyBudget", b.claim_from AS "claimFrom",
  b.claim_until AS "claimUntil", b.time_zone AS "timeZone", b.created_by_owner AS "createdBy",
  b.edited_by_owners AS "editedBy", b.approved_by_owner AS "approvedBy", b.asked_amounts AS "askedAmounts", b.version, b.state_at AS "stateAt", b.created_at AS "createdAt"`;
const FROM = `coupons.batches b JOIN coupons.template_versions v ON v.corp_id = $1 AND v.id = b.version_id`;

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

  async insert(wanted: BatchWanted, owner: string): Promise<string> {
    const id = this.ids.next();
    const now = this.clock.now();
    await this.database.execute(
      `INSERT INTO coupons.batches (corp_id, id, version_id, name, stock, per_person, budget, daily_budget, claim_from,
              claim_until, time_zone, created_by_owner, state, state_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'draft', $13, $13)`,
      [this.database.corpId, id, ...columnsOf(wanted), owner, now],
    );
    return id;
  }

  /** Of a draft. @param owner who then must not approve it. */
  async rewrite(id: string, wanted: BatchWanted, owner: string): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.batches SET version_id = $3, name = $4, stock = $5, per_person = $6, budget = $7, daily_budget = $8,
              claim_from = $9, claim_until = $10, time_zone = $11, version = version + 1,
              edited_by_owners = CASE WHEN $12 = created_by_owner OR $12 = ANY (edited_by_owners) THEN edited_by_owners
                                      ELSE array_append(edited_by_owners, $12) END
        WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, ...columnsOf(wanted), owner],
    );
  }

  async move(id: string, to: BatchState, approvedBy: string | null): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.batches SET state = $3, approved_by_owner = $4, state_at = $5, version = version + 1
        WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, to, approvedBy, this.clock.now()],
    );
  }

  async askForAmounts(id: string, asked: AskedAmounts): Promise<void> {
    await this.database.execute(
      'UPDATE coupons.batches SET asked_amounts = $3, version = version + 1 WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, id, JSON.stringify(asked)],
    );
  }

  /** Whatever was asked for is settled by it. */
  async setAmounts(id: string, { stock, budget, dailyBudget }: BatchAmounts): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.batches SET stock = $3, budget = $4, daily_budget = $5, asked_amounts = NULL, version = version + 1
        WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, stock, budget, dailyBudget],
    );
  }

  /** The newest first, along the primary key or the index by state. */
  async list(
    { state }: BatchFilter,
    after: { id: string } | undefined,
    limit: number,
  ): Promise<BatchWithTerms[]> {
    const rows = await this.database.query<BatchWithTerms>(
      `SELECT ${COLUMNS} FROM ${FROM}
        WHERE b.corp_id = $1 AND ($3::text IS NULL OR b.state = $3) AND ($4::uuid IS NULL OR b.id < $4)
        ORDER BY b.id DESC LIMIT $2`,
      [this.database.corpId, limit, state ?? null, after?.id ?? null],
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

function columnsOf(wanted: BatchWanted): unknown[] {
  const { versionId, name, stock, perPerson, budget, dailyBudget, claimFrom, claimUntil, timeZone } = wanted;
  return [versionId, name, stock, perPerson, budget, dailyBudget, claimFrom, claimUntil, timeZone];
}
