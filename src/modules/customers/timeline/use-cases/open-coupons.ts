import { Injectable } from '@nestjs/common';

/** How many coupons each of these customers can use now or later; who has none is missing. Inside an open unit of work. */
export type CountOpenCoupons = (customerIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/**
 * The module of coupons comes to this door. They are counted when a page is shown, and not announced: they end by time alone,
 * of which no event tells, and a million that are issued at once would write a million rows here.
 */
@Injectable()
export class OpenCoupons {
  private count: CountOpenCoupons | undefined;

  /** Call it in `onModuleInit` of a class in `reactions/`. @throws when another module has. */
  register(count: CountOpenCoupons): void {
    if (this.count) throw new Error('two modules have coupons');
    this.count = count;
  }

  async of(customerIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.count ? this.count(customerIds) : new Map();
  }
}
