import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import type { RequestContext } from '../../../../platform/context/request-context.js';
import { CustomersFacade } from '../../../customers/index.js';
import { Programs } from '../../programs/queries/programs.js';
import { bodyText } from '../domain/body-text.js';
import { checkPosting } from '../domain/check-posting.js';
import type { Posting, Reversal } from '../domain/posting.js';
import type { Item } from '../persistence/ledger-store.js';

/** An order of somebody else than the present caller. */
export type Ordered = Posting & { readonly by?: RequestContext | undefined };

/** Turns orders into what the posting function takes. Inside an open unit of work. */
@Injectable()
export class LedgerItems {
  constructor(
    private readonly programs: Programs,
    private readonly customers: CustomersFacade,
    private readonly ids: Ids,
  ) {}

  async ofPostings(postings: readonly Ordered[], now: Date): Promise<Item[]> {
    const programs = await this.programs.recently([...new Set(postings.map(({ programId }) => programId))]);
    const spending = postings.filter(({ kind }) => kind === 'spend').map(({ customerId }) => customerId);
    const persons = await this.customers.customersOfMany([...new Set(spending)]);
    return postings.map(({ by, ...posting }, n): Item => {
      const { customerId, kind, amount, effectiveAt } = posting;
      const { wallet, expiresAt, refusal } = checkPosting(posting, programs.get(posting.programId), now);
      const person = kind === 'spend' ? persons.get(customerId) : undefined;
      return {
        ...this.common(n, posting),
        by,
        kind,
        wallet: wallet?.id,
        customer: customerId,
        customers: person ?? [customerId],
        amount: refusal ? 0 : amount, // what is no integer is none in SQL
        rule: posting.ruleVersionId,
        effective: effectiveAt,
        expires: expiresAt,
        extends: wallet?.extendsOnEarning === true && kind === 'earn',
        refusal,
      };
    });
  }

  ofReversals(reversals: readonly Reversal[]): Item[] {
    return reversals.map((reversal, n) => ({
      ...this.common(n, reversal),
      kind: 'reverse',
      reverses: reversal.transferId,
      amount: reversal.amount,
    }));
  }

  private common(n: number, order: Posting | Reversal) {
    const { programId, key, reason, sourceEventId } = order;
    const digest = hash('sha256', bodyText(order), 'hex');
    return { n, id: this.ids.next(), program: programId, key, hash: digest, reason, event: sourceEventId };
  }
}
