import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { behaviourErrors } from '../behaviour.errors.js';
import { checkTarget, hostOf } from '../domain/link-target.js';
import {
  type LinkChange,
  LinkStore,
  type NewLink,
  type StoredDomain,
  type TrackedLink,
} from '../persistence/link-store.js';
import { NamedCustomers } from './named-customers.js';

export const DOMAINS_MAX = 100;
/** 128 bits: nobody guesses a link of somebody else. */
const CODE_BYTES = 16;

/** Makes links, and says where they may lead. Inside an open unit of work. */
@Injectable()
export class ChangeLinks {
  constructor(
    private readonly database: Database,
    private readonly store: LinkStore,
    private readonly customers: NamedCustomers,
  ) {}

  /** @throws customers.link_domain_invalid, link_domain_exists, link_domains_full */
  async addDomain(given: { host: string; subdomains: boolean }): Promise<StoredDomain> {
    const host = hostOf(given.host);
    if (host === undefined) throw behaviourErrors.link_domain_invalid();
    // one at a time, or two at once could pass the limit
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `link-domains:${this.database.corpId}`,
    ]);
    if ((await this.store.listDomains(undefined, DOMAINS_MAX)).length >= DOMAINS_MAX)
      throw behaviourErrors.link_domains_full();
    const added = await this.store.addDomain({ host, subdomains: given.subdomains });
    if (!added) throw behaviourErrors.link_domain_exists();
    return added;
  }

  /** Links that lead there stay as they are. @throws customers.link_domain_not_found */
  async removeDomain(id: string): Promise<void> {
    if ((await this.store.removeDomain(id)) === 0) throw behaviourErrors.link_domain_not_found();
  }

  /**
   * The target is checked now and never again: what a link was made for, it leads to.
   * @throws customers.link_target_invalid, link_target_not_allowed, event_customer_unknown
   */
  async create(link: NewLink): Promise<TrackedLink> {
    const checked = checkTarget(link.target, await this.store.listDomains(undefined, DOMAINS_MAX));
    if (checked === 'invalid') throw behaviourErrors.link_target_invalid();
    if (checked === 'not_allowed') throw behaviourErrors.link_target_not_allowed();
    if (link.customerId !== null) {
      const named = [{ customer: { customerId: link.customerId }, source: '' }];
      const [known] = await this.customers.resolve(named, { create: false });
      if (known === undefined) throw behaviourErrors.event_customer_unknown();
    }
    const code = randomBytes(CODE_BYTES).toString('base64url');
    return this.store.addLink(code, { ...link, ...checked });
  }

  /** @throws customers.tracked_link_not_found */
  async change(id: string, change: LinkChange): Promise<TrackedLink> {
    const changed = await this.store.changeLink(id, change);
    if (!changed) throw behaviourErrors.tracked_link_not_found();
    return changed;
  }
}
