import { Injectable } from '@nestjs/common';
import { type IssueOrder, type IssueResult, ORDERS_PER_CALL_MAX } from '../../claims/domain/issue-order.js';
import { BulkIssuance } from '../../claims/use-cases/bulk-issuance.js';
import { Issuance } from '../../claims/use-cases/issuance.js';
import { audiencesErrors } from '../audiences.errors.js';
import { type Audience, keysOf, type MemberOutcome } from '../domain/audience.js';
import { type AudiencePart, bulkOrderOf } from './audience-parts.js';

/** Exactly so many coupons for each of some customers, and for each person only once. Inside an open unit of work. */
@Injectable()
export class IssueToMembers {
  constructor(
    private readonly issuance: Issuance,
    private readonly bulk: BulkIssuance,
  ) {}

  async issue(audience: Audience, part: AudiencePart): Promise<MemberOutcome[]> {
    const { each } = audience;
    const outcomes = part.samePersons.map(secondOf);
    const several = [...part.several];
    if (await this.bulk.issue(bulkOrderOf(audience), part.coupons)) {
      for (const customerId of part.single)
        outcomes.push({ customerId, issued: each, fresh: each, refusal: null });
    } else several.push(...part.single);
    const atOnce = Math.floor(ORDERS_PER_CALL_MAX / each);
    for (let at = 0; at < several.length; at += atOnce)
      outcomes.push(...(await this.issueOneByOne(audience, several.slice(at, at + atOnce))));
    return outcomes;
  }

  private async issueOneByOne(audience: Audience, customerIds: readonly string[]): Promise<MemberOutcome[]> {
    const { each } = audience;
    const results = await this.issuance.issue(customerIds.flatMap((id) => ordersOf(audience, id)));
    return customerIds.map((id, at) => outcomeOf(id, results.slice(at * each, (at + 1) * each)));
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
