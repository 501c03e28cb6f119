import { Injectable } from '@nestjs/common';
import { behaviourErrors } from '../behaviour.errors.js';
import { LinkStore, type StoredDomain, type TrackedLink } from '../persistence/link-store.js';

/** What the API shows of links and of where they may lead. Inside an open unit of work. */
@Injectable()
export class ShowLinks {
  constructor(private readonly store: LinkStore) {}

  /** In the order in which they were added. */
  domains(after: { id: string } | undefined, limit: number): Promise<StoredDomain[]> {
    return this.store.listDomains(after, limit);
  }

  /** The newest first. */
  list(
    filter: { customerId?: string },
    after: { id: string } | undefined,
    limit: number,
  ): Promise<TrackedLink[]> {
    return this.store.listLinks(filter, after, limit);
  }

  /** @throws customers.tracked_link_not_found */
  async get(id: string): Promise<TrackedLink> {
    const link = await this.store.findLink(id);
    if (!link) throw behaviourErrors.tracked_link_not_found();
    return link;
  }
}
