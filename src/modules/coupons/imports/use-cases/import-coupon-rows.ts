import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { CustomersFacade } from '../../../customers/index.js';
import { Codes } from '../../codes/use-cases/codes.js';
import type { IssueOrder } from '../../claims/domain/issue-order.js';
import { Issuance } from '../../claims/use-cases/issuance.js';
import type { Coupon } from '../../life/domain/coupon.js';
import { CouponStore } from '../../life/persistence/coupon-store.js';
import type { CouponImport, RowOutcome } from '../domain/coupon-import.js';
import type { CouponRow, Holder } from '../domain/read-coupon-row.js';
import { couponImportsErrors } from '../imports.errors.js';

type FoundHolder = { readonly customerId: string | null } | { readonly code: string };

/** Brings coupons of another system in, those of one step together: their codes are hashed here. Inside an open unit of work. */
@Injectable()
export class ImportCouponRows {
  constructor(
    private readonly issuance: Issuance,
    private readonly codes: Codes,
    private readonly coupons: CouponStore,
    private readonly customers: CustomersFacade,
    private readonly clock: Clock,
  ) {}

  async import(job: CouponImport, rows: readonly CouponRow[]): Promise<RowOutcome[]> {
    if (rows.length === 0) return [];
    const holders = await this.holdersOf(rows);
    const hashes = await this.hashesOf(rows);
    const known = await this.coupons.byHash(await this.codes.hashesOf(rows.map(({ code }) => code)));
    const texts = known.length > 0 ? await this.codes.open(known) : [];
    const byCode = new Map(known.map((coupon, at) => [texts[at], coupon]));
    const now = this.clock.now();
    const outcomes = new Map<number, RowOutcome>();
    const orders: { number: number; order: IssueOrder }[] = [];
    for (const [at, row] of rows.entries()) {
      const { number } = row;
      const holder = holders[at];
      const before = byCode.get(row.code);
      const refusal = holder && 'code' in holder ? holder.code : refusalOf(row, job, before, now);
      if (refusal !== undefined || !holder || 'code' in holder)
        outcomes.set(number, { number, outcome: 'refused', code: refusal ?? '' });
      else if (before) outcomes.set(number, { number, outcome: 'repeated' });
      else
        orders.push({ number, order: orderOf(job, row, holder.customerId, { hash: hashes[at] ?? '', now }) });
    }
    const results = await this.issuance.issue(orders.map(({ order }) => order));
    for (const [at, { number }] of orders.entries()) {
      const result = results[at];
      outcomes.set(
        number,
        result?.outcome === 'issued'
          ? { number, outcome: result.replayed ? 'repeated' : 'imported' }
          : { number, outcome: 'refused', code: result?.code ?? '' },
      );
    }
    return [...outcomes.values()];
  }

  /** What the key of the coupon tells of its code: nothing. */
  private async hashesOf(rows: readonly CouponRow[]): Promise<string[]> {
    await this.codes.maker(); // there are keys from now on
    const hashes = await this.codes.hashesOf(rows.map(({ code }) => code));
    return hashes.map((hash) => hash.toString('base64url'));
  }

  private async holdersOf(rows: readonly CouponRow[]): Promise<FoundHolder[]> {
    const identified = rows.flatMap(({ holder }) =>
      holder && 'identifier' in holder ? [holder.identifier] : [],
    );
    const found = await this.customers.holdersOf(identified);
    const persons = await this.customers.customersOfMany([
      ...new Set(found.flatMap((ids) => (ids.length > 1 ? ids : []))),
    ]);
    return rows.map(({ holder }) => {
      if (holder === null) return { customerId: null };
      return holderOf(holder, () => found.shift() ?? [], persons);
    });
  }
}

function holderOf(
  holder: Holder,
  next: () => string[],
  persons: ReadonlyMap<string, readonly string[]>,
): FoundHolder {
  if ('customerId' in holder)
    return holder.customerId === ''
      ? { code: couponImportsErrors.import_holder_unknown.code }
      : { customerId: holder.customerId };
  const ids = next();
  const [first] = ids;
  if (first === undefined) return { code: couponImportsErrors.import_holder_unknown.code };
  const person = persons.get(first) ?? [first];
  return ids.every((id) => person.includes(id))
    ? { customerId: first }
    : { code: couponImportsErrors.import_holder_ambiguous.code };
}

/** A coupon that an import of this batch brought is the same one, whatever became of it since. */
function refusalOf(
  { until }: CouponRow,
  { batchId }: CouponImport,
  before: Coupon | undefined,
  now: Date,
): string | undefined {
  if (before)
    return before.source === 'import' && before.batchId === batchId
      ? undefined
      : couponImportsErrors.import_code_taken.code;
  return until <= now ? couponImportsErrors.import_not_live.code : undefined;
}

function orderOf(
  { id, batchId }: CouponImport,
  { code, from, until }: CouponRow,
  customerId: string | null,
  { hash, now }: { hash: string; now: Date },
): IssueOrder {
  const key = `import:${hash}`;
  return {
    key,
    batchId,
    customerId,
    source: 'import',
    sourceId: id,
    code,
    validity: { from: from ?? now, until },
  };
}
