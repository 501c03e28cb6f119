import { Injectable, Optional } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { ShowHonours } from '../../honours/queries/show-honours.js';
import { PersonLevels } from '../../levels/queries/person-levels.js';
import { Programs } from '../../programs/queries/programs.js';
import { type Benefit, HONOUR_OF } from '../domain/benefit.js';
import { CouponIssuer } from '../domain/coupon-issuer.js';
import { exchangeErrors } from '../exchange.errors.js';
import { BenefitStore, type BenefitTerms } from '../persistence/benefit-store.js';

export type BenefitContent = Omit<Benefit, 'id' | 'programId' | 'taken' | 'createdAt'>;

/** The catalogue of a program. Inside an open unit of work. */
@Injectable()
export class DefineBenefits {
  constructor(
    private readonly store: BenefitStore,
    private readonly programs: Programs,
    private readonly honours: ShowHonours,
    private readonly levels: PersonLevels,
    private readonly clock: Clock,
    private readonly ids: Ids,
    @Optional() private readonly coupons?: CouponIssuer,
  ) {}

  /** @throws loyalty.program_not_found, loyalty.honour_not_found, loyalty.benefit_invalid, loyalty.benefit_level_unknown, loyalty.benefit_coupons_unavailable */
  async define(programId: string, content: BenefitContent): Promise<Benefit> {
    const program = await this.programs.get(programId);
    await this.check(program.id, content);
    const benefit = { ...content, id: this.ids.next(), programId, taken: 0, createdAt: this.clock.now() };
    await this.store.add(benefit);
    return benefit;
  }

  /**
   * What was exchanged keeps its terms. Others cannot change it meanwhile.
   * @param seen refuses when the caller has not seen the present terms
   * @throws loyalty.benefit_not_found, loyalty.benefit_invalid, loyalty.benefit_stock_taken
   */
  async change(id: string, terms: Partial<BenefitTerms>, seen: (benefit: Benefit) => void): Promise<Benefit> {
    const benefit = await this.store.find(id, { lock: true });
    if (!benefit) throw exchangeErrors.benefit_not_found();
    seen(benefit);
    const changed = { ...benefit, ...terms };
    if (!inOrder(changed)) throw exchangeErrors.benefit_invalid();
    const { stock } = changed;
    if ((stock === null) !== (benefit.stock === null) || (stock !== null && stock < benefit.taken))
      throw exchangeErrors.benefit_stock_taken({ taken: benefit.taken });
    await this.store.change(id, changed);
    return changed;
  }

  private async check(programId: string, content: BenefitContent): Promise<void> {
    const { kind, honourId, couponBatchId, levelKey } = content;
    const honourKind = HONOUR_OF[kind];
    const isWhole =
      (honourKind !== undefined) === (honourId !== null) && (kind === 'coupon') === (couponBatchId !== null);
    if (!isWhole || !inOrder(content)) throw exchangeErrors.benefit_invalid();
    if (honourId !== null) {
      const honour = await this.honours.get(honourId);
      if (honour.programId !== programId || honour.kind !== honourKind)
        throw exchangeErrors.benefit_invalid();
    }
    if (levelKey !== null && !(await this.levels.keysOf(programId)).includes(levelKey))
      throw exchangeErrors.benefit_level_unknown({ level: levelKey });
    if (couponBatchId !== null && !(await this.coupons?.knows(couponBatchId)))
      throw exchangeErrors.benefit_coupons_unavailable();
  }
}

function inOrder({ startsAt, endsAt }: Pick<Benefit, 'startsAt' | 'endsAt'>): boolean {
  return startsAt === null || endsAt === null || startsAt < endsAt;
}
