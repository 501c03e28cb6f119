import { Injectable } from '@nestjs/common';
import { Operations } from '../../../../platform/operations/operations.js';
import { CustomersFacade } from '../../../customers/index.js';
import { Batches } from '../../batches/queries/batches.js';
import { audiencesErrors } from '../audiences.errors.js';
import { type Audience, LISTED_MAX, STARTABLE } from '../domain/audience.js';
import { MemberSource } from '../domain/member-source.js';
import { AudienceStore, type NewAudience } from '../persistence/audience-store.js';
import { MemberStore } from '../persistence/member-store.js';
import { AUDIENCE_OPERATION, AudienceWork } from './audience-work.js';

/** What became of a customer that was sent. */
export type ListingResult =
  { readonly status: 'added' | 'repeated' } | { readonly status: 'refused'; readonly code: string };

/** What a person does with an audience. Inside an open unit of work. */
@Injectable()
export class Audiences {
  constructor(
    private readonly store: AudienceStore,
    private readonly members: MemberStore,
    private readonly batches: Batches,
    private readonly customers: CustomersFacade,
    private readonly source: MemberSource,
    private readonly operations: Operations,
    private readonly work: AudienceWork,
  ) {}

  /** @throws coupons.batch_not_found, audience_exceeds_limit, what a search with the filter throws */
  async create(wanted: NewAudience): Promise<Audience> {
    const { perPerson } = await this.batches.get(wanted.batchId);
    if (wanted.each > perPerson) throw audiencesErrors.audience_exceeds_limit({ perPerson });
    if (wanted.source !== 'list') await this.source.statement(wanted);
    return this.store.insert(wanted);
  }

  /**
   * The same customer again changes nothing, so that a part whose answer was lost is simply sent again.
   * @returns a result for each, in their order.
   * @throws coupons.audience_not_found, audience_state, audience_not_a_list, audience_full
   */
  async addListed(id: string, customerIds: readonly string[]): Promise<ListingResult[]> {
    const audience = await this.lock(id);
    if (audience.source !== 'list') throw audiencesErrors.audience_not_a_list();
    if (audience.state !== 'staging') throw audiencesErrors.audience_state({ state: audience.state });
    const known = new Set(await this.customers.known([...new Set(customerIds)]));
    const added = await this.members.add(id, [...known]);
    if (audience.customers + added.size > LISTED_MAX)
      throw audiencesErrors.audience_full({ max: LISTED_MAX });
    await this.store.addListed(id, added.size);
    const refused = {
      status: 'refused',
      code: audiencesErrors.audience_customer_unknown.code,
    } as const;
    return customerIds.map((customerId) => {
      if (!known.has(customerId)) return refused;
      return { status: added.delete(customerId) ? 'added' : 'repeated' };
    });
  }

  /** @throws coupons.audience_not_found, audience_state, audience_empty, audience_batch_not_running */
  async start(id: string): Promise<Audience> {
    const audience = await this.lock(id);
    const { state, customers, refused } = audience;
    if (!STARTABLE.includes(state)) throw audiencesErrors.audience_state({ state });
    if (audience.source === 'list' && customers === 0) throw audiencesErrors.audience_empty();
    const batch = await this.batches.get(audience.batchId);
    if (batch.state !== 'running') throw audiencesErrors.audience_batch_not_running({ state: batch.state });
    const total = state === 'done' || audience.onlyRefused ? refused : customers;
    const operationId = await this.operations.startAlongside(
      AUDIENCE_OPERATION,
      total > 0 ? total : undefined,
    );
    const begun = await this.store.begin(id, operationId);
    await this.work.enqueue(id);
    return begun;
  }

  private async lock(id: string): Promise<Audience> {
    const found = await this.store.lock(id);
    if (!found) throw audiencesErrors.audience_not_found();
    return found;
  }
}
