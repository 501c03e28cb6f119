import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import {
  type Counts,
  DAYS_MAX,
  daysBetween,
  type Dimension,
  type FigureFilter,
  type FigureGroup,
  GROUPS_MAX,
} from '../domain/figures.js';
import { figuresErrors } from '../figures.errors.js';

const GROUP_OF: Readonly<Record<Dimension, string>> = {
  day: 'f.day::text AS day',
  batch: 'f.batch_id AS "batchId"',
  channel: 'f.channel',
  store: 'f.store_id AS "storeId"',
  staff: 'f.staff_id AS "staffId"',
};
const SUMS = ['issued', 'claimed', 'redeemed', 'reversed', 'cost', 'revenue']
  .map((name) => `coalesce(sum(f.${name}), 0)::bigint AS ${name}`)
  .join(', ');
/** By the index of days, or of the batch; a part that is not asked for does not stand in the way of either. */
const ROWS = `FROM coupons.figures f WHERE f.corp_id = $1
  AND ($2::date IS NULL OR f.day >= $2) AND ($3::date IS NULL OR f.day <= $3)
  AND ($4::uuid IS NULL OR f.batch_id = $4) AND ($5::text IS NULL OR f.channel = $5)
  AND ($6::uuid IS NULL OR f.store_id = $6) AND ($7::text IS NULL OR f.staff_id = $7)`;

/** Sums of what was counted, up to this instant. Inside an open unit of work. */
@Injectable()
export class Figures {
  constructor(private readonly database: Database) {}

  /** @throws coupons.figure_days_invalid, figures_too_many */
  async groups(
    filter: FigureFilter & { from: string; to: string },
    by: readonly Dimension[],
  ): Promise<FigureGroup[]> {
    if ((daysBetween(filter.from, filter.to) ?? Infinity) > DAYS_MAX)
      throw figuresErrors.figure_days_invalid();
    if (by.length === 0) return [await this.totals(filter)];
    const places = by.map((_, index) => index + 1).join(', ');
    const groups = await this.database.query<FigureGroup>(
      `SELECT ${by.map((dimension) => GROUP_OF[dimension]).join(', ')}, ${SUMS} ${ROWS}
        GROUP BY ${places} ORDER BY ${places} LIMIT ${GROUPS_MAX + 1}`,
      this.paramsOf(filter),
    );
    if (groups.length > GROUPS_MAX) throw figuresErrors.figures_too_many();
    return groups;
  }

  totals(filter: FigureFilter): Promise<Counts> {
    return this.database.one<Counts>(`SELECT ${SUMS} ${ROWS}`, this.paramsOf(filter));
  }

  private paramsOf({ from, to, batchId, channel, storeId, staffId }: FigureFilter): unknown[] {
    const wanted = [from, to, batchId, channel, storeId, staffId];
    return [this.database.corpId, ...wanted.map((value) => value ?? null)];
  }
}
