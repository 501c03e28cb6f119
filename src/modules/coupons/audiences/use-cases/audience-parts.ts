import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { CustomersFacade } from '../../../customers/index.js';
import { BulkIssuance, type BulkOrder } from '../../claims/use-cases/bulk-issuance.js';
import type { NewCoupon } from '../../claims/persistence/issuer.js';
import { Codes } from '../../codes/use-cases/codes.js';
import { type Audience, keysOf } from '../domain/audience.js';
import { AudienceStore } from '../persistence/audience-store.js';
import { MemberStore } from '../persistence/member-store.js';

/** A few milliseconds of the processor. */
const COUPONS_PER_TURN = 250;

/** Some customers behind each other, and what can be made for them before it is their turn. */
export interface AudiencePart {
  /** The customer before the first one; null at the beginning. */
  readonly after: string | null;
  /** undefined: nobody is left. */
  readonly last: string | undefined;
  /** Those whose person has another customer in the audience, who gets the coupons. */
  readonly samePersons: readonly string[];
  /** For whom nothing is made beforehand: persons of several customers, and those whom a run refused before. */
  readonly several: readonly string[];
  /** The others, sorted, and their coupons. */
  readonly single: readonly string[];
  readonly coupons: readonly NewCoupon[];
}

/** The first half of a step, which writes nothing: so it is done while the database stores the part before. */
@Injectable()
export class AudienceParts {
  /** Stored in a transaction of some 100 ms. */
  readonly couponsMax: number = 4_000;

  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: AudienceStore,
    private readonly members: MemberStore,
    private readonly customers: CustomersFacade,
    private readonly codes: Codes,
    private readonly bulk: BulkIssuance,
  ) {}

  /** Outside any unit of work. @param before without it, what comes behind all that is done */
  async next(corpId: CorpId, id: string, before?: AudiencePart): Promise<AudiencePart> {
    const { audience, codesOf, ...part } = await this.unit.run(corpId, async () => ({
      ...(await this.read(id, before)),
      codesOf: await this.codes.maker(),
    }));
    const coupons: NewCoupon[] = [];
    const atOnce = Math.ceil(COUPONS_PER_TURN / audience.each);
    for (let at = 0; at < part.single.length; at += atOnce) {
      coupons.push(...this.bulk.make(bulkOrderOf(audience), part.single.slice(at, at + atOnce), codesOf));
      await nextTurn(); // so that nothing else in this process waits for all of them
    }
    return { ...part, coupons };
  }

  private async read(
    id: string,
    before: AudiencePart | undefined,
  ): Promise<Omit<AudiencePart, 'coupons'> & { audience: Audience }> {
    await this.store.beginStep();
    const audience = await this.store.find(id);
    if (!audience) throw operationsErrors.state_conflict({ state: 'gone' });
    const after = before ? (before.last ?? before.after) : audience.cursor;
    const customerIds = await this.members.after(audience, after, Math.ceil(this.couponsMax / audience.each));
    const persons = await this.customers.customersOfMany(customerIds);
    const seconds = await this.secondsOf(id, persons);
    // those whom a run refused before are those who are in conflict
    const isSingle = (one: string) => persons.get(one)?.length === 1 && !audience.onlyRefused;
    return {
      audience,
      after,
      last: customerIds.at(-1),
      samePersons: customerIds.filter((one) => seconds.has(one)),
      several: customerIds.filter((one) => !seconds.has(one) && !isSingle(one)),
      single: customerIds.filter(isSingle),
    };
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

export function bulkOrderOf({ id, batchId, channel, each }: Audience): BulkOrder {
  return { batchId, channel, each, source: 'audience', sourceId: id, keys: keysOf(id) };
}
