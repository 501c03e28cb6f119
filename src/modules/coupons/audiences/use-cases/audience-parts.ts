import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { BulkIssuance, type BulkOrder } from '../../claims/use-cases/bulk-issuance.js';
import type { NewCoupon } from '../../claims/persistence/issuer.js';
import { Codes } from '../../codes/use-cases/codes.js';
import { type Audience, keysOf } from '../domain/audience.js';
import { AudienceStore } from '../persistence/audience-store.js';
import { MemberStore } from '../persistence/member-store.js';

/** Half a millisecond of the processor: the part before waits for its turn at each of its answers from the database. */
const COUPONS_PER_TURN = 40;

/** Some customers behind each other, with coupons that were made before it is their turn. */
export interface AudiencePart {
  readonly audience: Audience;
  /** The customer before the first one; null at the beginning. */
  readonly after: string | null;
  /** Sorted. None: nobody is left. */
  readonly customerIds: readonly string[];
  /** For each of them; none where a run refused them before, as those are in conflict. */
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
    private readonly codes: Codes,
    private readonly bulk: BulkIssuance,
  ) {}

  /** Outside any unit of work. @param before without it, what comes behind all that is done */
  async next(corpId: CorpId, id: string, before?: AudiencePart): Promise<AudiencePart> {
    const { codesOf, ...part } = await this.unit.run(corpId, async () => ({
      ...(await this.read(id, before)),
      codesOf: await this.codes.maker(),
    }));
    const { audience, customerIds } = part;
    const coupons: NewCoupon[] = [];
    const atOnce = Math.ceil(COUPONS_PER_TURN / audience.each);
    for (let at = 0; at < customerIds.length && !audience.onlyRefused; at += atOnce) {
      coupons.push(...this.bulk.make(bulkOrderOf(audience), customerIds.slice(at, at + atOnce), codesOf));
      await nextTurn(); // so that nothing else in this process waits for all of them
    }
    return { ...part, coupons };
  }

  private async read(id: string, before?: AudiencePart): Promise<Omit<AudiencePart, 'coupons'>> {
    await this.store.beginStep();
    const audience = await this.store.find(id);
    if (!audience) throw operationsErrors.state_conflict({ state: 'gone' });
    const after = before ? (before.customerIds.at(-1) ?? before.after) : audience.cursor;
    const customerIds = await this.members.after(audience, after, Math.ceil(this.couponsMax / audience.each));
    return { audience, after, customerIds };
  }
}

export function bulkOrderOf({ id, batchId, channel, each }: Audience): BulkOrder {
  return { batchId, channel, each, source: 'audience', sourceId: id, keys: keysOf(id) };
}
