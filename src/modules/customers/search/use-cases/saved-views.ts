import { Injectable } from '@nestjs/common';
import type { CustomerFilter } from '../domain/customer-filter.js';
import { Conditions } from '../queries/conditions.js';
import { type SavedView, type ViewContent, ViewStore } from '../persistence/view-store.js';
import { searchErrors } from '../search.errors.js';

const VIEWS_MAX = 500;
const FILTER_BYTES_MAX = 16_384;

/** Filters that a corp keeps under names. Inside an open unit of work. */
@Injectable()
export class SavedViews {
  constructor(
    private readonly views: ViewStore,
    private readonly conditions: Conditions,
  ) {}

  /** @throws customers.view_not_found */
  async get(id: string): Promise<SavedView> {
    const view = await this.views.find(id);
    if (!view) throw searchErrors.view_not_found();
    return view;
  }

  list(owner: string | undefined, after: { id: string } | undefined, limit: number): Promise<SavedView[]> {
    return this.views.list(owner, after, limit);
  }

  /** @throws customers.view_name_taken, views_too_many, view_filter_too_large, view_holds_personal_data, and what a search with this filter throws. */
  async create(owner: string, content: ViewContent): Promise<SavedView> {
    await this.check(content.filter);
    await this.views.lock();
    if ((await this.views.count()) >= VIEWS_MAX) throw searchErrors.views_too_many({ max: VIEWS_MAX });
    const view = await this.views.insert(owner, content);
    if (!view) throw searchErrors.view_name_taken();
    return view;
  }

  /** @throws customers.view_not_found and what `create` throws. The owner stays. */
  async replace(id: string, content: ViewContent): Promise<SavedView> {
    const { owner } = await this.get(id);
    await this.check(content.filter);
    await this.views.lock();
    if (await this.views.isNameTaken(owner, content.name, id)) throw searchErrors.view_name_taken();
    const view = await this.views.replace(id, content);
    if (!view) throw searchErrors.view_not_found();
    return view;
  }

  /** @throws customers.view_not_found */
  async remove(id: string): Promise<void> {
    if (!(await this.views.delete(id))) throw searchErrors.view_not_found();
  }

  /** A view stays for years and is shown to all who read: what is sealed elsewhere does not lie here in plain text. */
  private async check(filter: CustomerFilter): Promise<void> {
    if (Buffer.byteLength(JSON.stringify(filter)) > FILTER_BYTES_MAX)
      throw searchErrors.view_filter_too_large({ max: FILTER_BYTES_MAX });
    if (filter.phones || filter.identifiers || (await this.conditions.isPersonal(filter)))
      throw searchErrors.view_holds_personal_data();
    await this.conditions.of(filter, () => '$1');
  }
}
