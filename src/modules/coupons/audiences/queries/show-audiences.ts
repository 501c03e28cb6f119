import { Injectable } from '@nestjs/common';
import { audiencesErrors } from '../audiences.errors.js';
import type { Audience } from '../domain/audience.js';
import { AudienceStore } from '../persistence/audience-store.js';
import { MemberStore, type RefusedMember } from '../persistence/member-store.js';

/** Audiences as the API shows them. Inside an open unit of work. */
@Injectable()
export class ShowAudiences {
  constructor(
    private readonly store: AudienceStore,
    private readonly members: MemberStore,
  ) {}

  /** @throws coupons.audience_not_found */
  async get(id: string): Promise<Audience> {
    const found = await this.store.find(id);
    if (!found) throw audiencesErrors.audience_not_found();
    return found;
  }

  list(after: { id: string } | undefined, limit: number): Promise<Audience[]> {
    return this.store.list(after, limit);
  }

  /** @throws coupons.audience_not_found */
  async listRefused(
    id: string,
    after: { customerId: string } | undefined,
    limit: number,
  ): Promise<RefusedMember[]> {
    await this.get(id);
    return this.members.listRefused(id, after, limit);
  }
}
