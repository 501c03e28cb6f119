import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { AppError } from '../../../../platform/errors/app-error.js';
import { CustomersFacade } from '../../../customers/index.js';
import { Batches } from '../../batches/queries/batches.js';
import { couponsErrors } from '../../coupons.errors.js';
import {
  type ClaimLink,
  type ClaimLinkFilter,
  LINK_CODE_BYTES,
  LINK_DAYS_MAX,
  type NewLink,
} from '../domain/claim-link.js';
import { claimLinksErrors } from '../claim-links.errors.js';
import { ClaimLinkStore } from '../persistence/claim-link-store.js';

const DAY_MS = 86_400_000;
export type LinkResult =
  { readonly link: ClaimLink; readonly replayed: boolean } | { readonly refusal: AppError };

/** Makes links and switches them off. Inside an open unit of work. */
@Injectable()
export class ClaimLinks {
  constructor(
    private readonly database: Database,
    private readonly store: ClaimLinkStore,
    private readonly batches: Batches,
    private readonly customers: CustomersFacade,
    private readonly ids: Ids,
  ) {}

  /** @throws coupons.batch_not_found, customer_not_found, claim_link_time */
  async make(link: Omit<NewLink, 'key'>): Promise<ClaimLink> {
    const [result] = await this.makeMany([{ ...link, key: null }]);
    if (!result) throw new Error('a link came back without a result');
    if ('refusal' in result) throw result.refusal;
    return result.link;
  }

  /** Each has a result of its own. A key makes one link for ever: the same again is answered with it. */
  async makeMany(wanted: readonly NewLink[]): Promise<LinkResult[]> {
    const faultOf = await this.faults(wanted);
    const createdAt = await this.database.now();
    const drafts = wanted.map((link): ClaimLink => {
      const code = randomBytes(LINK_CODE_BYTES).toString('base64url');
      return { ...link, id: this.ids.next(), code, switchedOffAt: null, createdAt };
    });
    await this.store.add(drafts.filter((draft) => !faultOf(draft)));
    const kept = await this.store.byKeys(drafts.flatMap(({ key }) => key ?? []));
    const byKey = new Map(kept.map((link) => [link.key, link]));
    return drafts.map((draft) => {
      const link = draft.key === null ? undefined : byKey.get(draft.key);
      if (link && !isSame(link, draft)) return { refusal: claimLinksErrors.claim_link_key_reused() };
      if (link) return { link, replayed: link.id !== draft.id };
      const refusal = faultOf(draft);
      return refusal ? { refusal } : { link: draft, replayed: false };
    });
  }

  private async faults(wanted: readonly NewLink[]): Promise<(link: ClaimLink) => AppError | undefined> {
    const batches = await this.batches.byIds([...new Set(wanted.map(({ batchId }) => batchId))]);
    const batchIds = new Set(batches.map(({ id }) => id));
    const named = [...new Set(wanted.flatMap(({ customerId }) => customerId ?? []))];
    const known = new Set(await this.customers.known(named));
    return ({ batchId, customerId, expiresAt, createdAt }) => {
      if (!batchIds.has(batchId)) return couponsErrors.batch_not_found();
      if (customerId !== null && !known.has(customerId)) return couponsErrors.customer_not_found();
      const days = (expiresAt.getTime() - createdAt.getTime()) / DAY_MS;
      return days <= 0 || days > LINK_DAYS_MAX ? claimLinksErrors.claim_link_time() : undefined;
    };
  }

  /** @throws coupons.claim_link_not_found */
  async get(id: string): Promise<ClaimLink> {
    const link = await this.store.find(id);
    if (!link) throw claimLinksErrors.claim_link_not_found();
    return link;
  }

  list(filter: ClaimLinkFilter, after: { id: string } | undefined, limit: number): Promise<ClaimLink[]> {
    return this.store.list(filter, after, limit);
  }

  /** A second time changes nothing. @throws coupons.claim_link_not_found */
  async switchOff(id: string): Promise<ClaimLink> {
    await this.store.switchOff(id, await this.database.now());
    return this.get(id);
  }
}

function isSame(a: NewLink, b: NewLink): boolean {
  return (
    a.batchId === b.batchId &&
    a.customerId === b.customerId &&
    a.channel === b.channel &&
    a.expiresAt.getTime() === b.expiresAt.getTime()
  );
}
