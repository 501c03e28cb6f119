import { Injectable } from '@nestjs/common';
import type { Store } from '../../../staff/index.js';
import { isDay } from '../../figures/domain/figures.js';
import { deskErrors } from '../desk.errors.js';
import type { Closing } from '../domain/closing.js';
import { ClosingStore } from '../persistence/closing-store.js';

/** Inside an open unit of work. */
@Injectable()
export class ShowClosings {
  constructor(private readonly closings: ClosingStore) {}

  /** As it was closed; a day that is not closed, as far as it has come. @throws coupons.closing_not_found */
  async get({ id: storeId, timeZone }: Store, day: string): Promise<Closing> {
    if (!isDay(day)) throw deskErrors.closing_not_found();
    const closing =
      (await this.closings.find(storeId, day)) ?? (await this.closings.count({ storeId, timeZone }, day));
    if (!closing) throw deskErrors.closing_not_found();
    return closing;
  }

  list({ id }: Store, after: { day: string } | undefined, limit: number): Promise<Closing[]> {
    return this.closings.list(id, after?.day, limit);
  }
}
