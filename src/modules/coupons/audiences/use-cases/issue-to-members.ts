import { Injectable } from '@nestjs/common';
import { CustomersFacade } from '../../../customers/index.js';
import { type IssueOrder, type IssueResult, ORDERS_PER_CALL_MAX } from '../../claims/domain/issue-order.js';
import { BulkIssuance } from '../../claims/use-cases/bulk-issuance.js';
import { Issuance } from '../../claims/use-cases/issuance.js';
import { audiencesErrors } from '../audiences.errors.js';
import { type Audience, keysOf, type MemberOutcome } from '../domain/audience.js';
import { MemberStore } from '../persistence/member-store.js';
import { type AudiencePart, bulkOrderOf } from './audience-parts.js';

/** Exactly so many coupons for each of some customers, and for each person only once. Inside an open unit of work. */
@Injectable()
export class IssueToMembers {
  constructor(
    private readonly issuance: Issuance,
    private readonly bulk: BulkIssuance,
    private readonly customers: CustomersFacade,
    private readonly members: MemberStore,
  ) {}

  /** @param part whose coupons nobody has yet */
  async issue(audience: Audience, { customerIds, coupons }: AudiencePart): Promise<MemberOutcome[]> {
    const persons = await this.customers.customersOfSorted(customerIds);
    const seconds = await this.secondsOf(audience.id, persons);
    const isSingle = (id: string): boolean => persons.get(id)?.length === 1;
    const outcomes = customerIds.filter((id) => seconds.has(id)).map(secondOf);
    const ofSingle = coupons.filter(({ customer }) => isSingle(customer ?? ''));
    const isDone = ofSingle.length > 0 && (await this.bulk.issue(bulkOrderOf(audience), ofSingle));
    const { each } = audience;
    if (isDone)
      for (const customerId of customerIds.filter(isSingle))
        outcomes.push({ customerId, issued: each, fresh: each, refusal: null });
    const left = customerIds.filter((id) => !seconds.has(id) && !(isDone && isSingle(id)));
    const atOnce = Math.floor(ORDERS_PER_CALL_MAX / each);
    for (let at = 0; at < left.length; at += atOnce)
      outcomes.push(...(await this.issueOneByOne(audience, left.slice(at, at + atOnce))));
    return outcomes;
  }

  private async issueOneByOne(audience: Audience, customerIds: readonly string[]): Promise<MemberOutcome[]> {
    const { each } = audience;
    const results = await this.issuance.issue(customerIds.flatMap((id) => ordersOf(audience, id)));
    return customerIds.map((id, at) => outcomeOf(id, results.slice(at * each, (at + 1) * each)));
  }

  /** Of the customers of one person that are in the audience all but the smallest. */
  private async secondsOf(
    audienceId: string,
    persons: ReadonlyMap<string, readonly string[]>,
  ): Promise<Set<string>> {
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
    key: `${keysOf(id)}${customerId}:${n + 1}`,
    batchId,
    customerId,
    source: 'audience',
    sourceId: id,
    ...(channel !== null && { channel }),
  }));
}

function secondOf(customerId: string): MemberOutcome {
  return { customerId, issued: 0, fresh: 0, refusal: audiencesErrors.audience_same_person.code };
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
