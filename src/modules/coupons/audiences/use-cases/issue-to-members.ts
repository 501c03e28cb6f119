import { Injectable } from '@nestjs/common';
import { CustomersFacade } from '../../../customers/index.js';
import type { IssueOrder, IssueResult } from '../../claims/domain/issue-order.js';
import { Issuance } from '../../claims/use-cases/issuance.js';
import { audiencesErrors } from '../audiences.errors.js';
import { type Audience, issueKey, type MemberOutcome } from '../domain/audience.js';
import { MemberStore } from '../persistence/member-store.js';

/** Exactly so many coupons for each of some customers, and for each person only once. Inside an open unit of work. */
@Injectable()
export class IssueToMembers {
  constructor(
    private readonly issuance: Issuance,
    private readonly customers: CustomersFacade,
    private readonly members: MemberStore,
  ) {}

  async issue(audience: Audience, customerIds: readonly string[]): Promise<MemberOutcome[]> {
    const seconds = await this.secondsOf(audience.id, customerIds);
    const firsts = customerIds.filter((id) => !seconds.has(id));
    const results = await this.issuance.issue(firsts.flatMap((id) => ordersOf(audience, id)));
    const outcomes = new Map(
      firsts.map((id, at) => [
        id,
        outcomeOf(id, results.slice(at * audience.each, (at + 1) * audience.each)),
      ]),
    );
    const refusal = audiencesErrors.audience_same_person.code;
    return customerIds.map(
      (customerId) => outcomes.get(customerId) ?? { customerId, issued: 0, fresh: 0, refusal },
    );
  }

  /** Of the customers of one person that are in the audience all but the smallest. */
  private async secondsOf(audienceId: string, customerIds: readonly string[]): Promise<Set<string>> {
    const persons = await this.customers.customersOfMany(customerIds);
    const smaller = new Map(
      [...persons].flatMap(([id, all]) => {
        const before = all.filter((other) => other < id);
        return before.length > 0 ? [[id, before] as const] : [];
      }),
    );
    const inside = await this.members.among(audienceId, [...new Set([...smaller.values()].flat())]);
    return new Set(
      [...smaller].flatMap(([id, before]) => (before.some((one) => inside.has(one)) ? [id] : [])),
    );
  }
}

function ordersOf({ id, batchId, each, channel }: Audience, customerId: string): IssueOrder[] {
  return Array.from({ length: each }, (_, n) => ({
    key: issueKey(id, customerId, n + 1),
    batchId,
    customerId,
    source: 'audience',
    sourceId: id,
    ...(channel !== null && { channel }),
  }));
}

function outcomeOf(customerId: string, results: readonly IssueResult[]): MemberOutcome {
  const issued = results.flatMap((result) => (result.outcome === 'issued' ? [result] : []));
  const refused = results.find((result) => result.outcome === 'refused');
  return {
    customerId,
    issued: issued.length,
    fresh: issued.filter(({ replayed }) => !replayed).length,
    refusal: refused?.code ?? null,
  };
}
