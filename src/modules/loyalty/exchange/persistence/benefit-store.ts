import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Benefit } from '../domain/benefit.js';

export type BenefitTerms = Pick<
  Benefit,
  'nameZh' | 'nameEn' | 'cost' | 'stock' | 'limitPerMember' | 'startsAt' | 'endsAt'
>;

const COLUMNS = `id, program_id AS "programId", kind, name_zh AS "nameZh", name_en AS "nameEn", cost, stock, taken,
  limit_per_member AS "limitPerMember", level_key AS "levelKey", honour_id AS "honourId",
  coupon_batch_id AS "couponBatchId", starts_at AS "startsAt", ends_at AS "endsAt", created_at AS "createdAt"`;

@Injectable()
export class BenefitStore {
  constructor(private readonly database: Database) {}

  async add(benefit: Benefit): Promise<void> {
    await this.database.execute(
      `INSERT INTO loyalty.benefits (corp_id, id, program_id, kind, name_zh, name_en, cost, stock, limit_per_member,
              level_key, honour_id, coupon_batch_id, starts_at, ends_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        this.database.corpId,
        benefit.id,
        benefit.programId,
        benefit.kind,
        benefit.nameZh,
        benefit.nameEn,
        benefit.cost,
        benefit.stock,
        benefit.limitPerMember,
        benefit.levelKey,
        benefit.honourId,
        benefit.couponBatchId,
        benefit.startsAt,
        benefit.endsAt,
        benefit.createdAt,
      ],
    );
  }

  find(id: string, options: { lock?: boolean } = {}): Promise<Benefit | undefined> {
    return this.database.maybeOne<Benefit>(
      `SELECT ${COLUMNS} FROM loyalty.benefits WHERE corp_id = $1 AND id = $2 ${options.lock ? 'FOR UPDATE' : ''}`,
      [this.database.corpId, id],
    );
  }

  list(programId: string, after: string | undefined, limit: number): Promise<Benefit[]> {
    return this.database.query<Benefit>(
      `SELECT ${COLUMNS} FROM loyalty.benefits
        WHERE corp_id = $1 AND program_id = $2 AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4`,
      [this.database.corpId, programId, after ?? null, limit],
    );
  }

  /** Of one that is locked. */
  async change(id: string, terms: BenefitTerms): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.benefits SET name_zh = $3, name_en = $4, cost = $5, stock = $6, limit_per_member = $7,
              starts_at = $8, ends_at = $9 WHERE corp_id = $1 AND id = $2`,
      [
        this.database.corpId,
        id,
        terms.nameZh,
        terms.nameEn,
        terms.cost,
        terms.stock,
        terms.limitPerMember,
        terms.startsAt,
        terms.endsAt,
      ],
    );
  }

  /** A piece is there again. */
  async giveBack(id: string): Promise<void> {
    await this.database.execute(
      'UPDATE loyalty.benefits SET taken = taken - 1 WHERE corp_id = $1 AND id = $2 AND stock IS NOT NULL',
      [this.database.corpId, id],
    );
  }
}
