import { Injectable } from '@nestjs/common';
import { Audit } from '../../../../platform/audit/audit.js';
import type { AuthenticatedKey } from '../../../../platform/auth/current-key.js';
import { REVEAL_SCOPE } from '../../../../platform/auth/scopes.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { CustomerFilter, SearchSort } from '../domain/customer-filter.js';
import { Conditions } from '../queries/conditions.js';
import { searchErrors } from '../search.errors.js';
import { SavedViews } from './saved-views.js';

export interface AskedSearch {
  readonly filter: CustomerFilter;
  readonly sort: SearchSort;
}

interface WantedSearch extends Partial<AskedSearch> {
  readonly viewId?: string;
}

/** What keys search for. In units of work of its own: a search that compares masked values tells them, so it leaves a trace. */
@Injectable()
export class SearchForKeys {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly conditions: Conditions,
    private readonly views: SavedViews,
    private readonly audit: Audit,
  ) {}

  /**
   * @param read inside an open unit of work that reads
   * @throws customers.view_not_found, view_or_filter, filter_field_personal
   */
  async search<T>(
    { corpId, scopes }: AuthenticatedKey,
    wanted: WantedSearch,
    read: (asked: AskedSearch) => Promise<T>,
  ): Promise<T> {
    const { answer, isPersonal } = await this.unit.read(corpId, async () => {
      const asked = await this.asked(wanted);
      const isPersonal = await this.conditions.isPersonal(asked.filter);
      if (isPersonal && !scopes.includes(REVEAL_SCOPE)) throw searchErrors.filter_field_personal();
      return { answer: await read(asked), isPersonal };
    });
    if (isPersonal)
      await this.unit.run(corpId, () => this.audit.append({ action: 'customers.reveal_by_search' }));
    return answer;
  }

  private async asked({ filter, viewId, sort }: WantedSearch): Promise<AskedSearch> {
    if (viewId === undefined) return { filter: filter ?? {}, sort: sort ?? 'oldest' };
    if (filter) throw searchErrors.view_or_filter();
    const view = await this.views.get(viewId);
    return { filter: view.filter, sort: sort ?? view.sort };
  }
}
