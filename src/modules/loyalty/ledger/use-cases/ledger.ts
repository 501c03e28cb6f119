import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { CustomersFacade } from '../../../customers/index.js';
import { Members } from '../../programs/use-cases/members.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import {
  type PostedEntry,
  POSTINGS_PER_CALL_MAX,
  type PostingResult,
  type Reversal,
} from '../domain/posting.js';
import { type BookedRow, type Item, LedgerStore } from '../persistence/ledger-store.js';
import { LedgerItems, type Ordered } from './ledger-items.js';
import { LedgerNews, type PostedListener } from './ledger-news.js';

/**
 * Books points. Inside an open unit of work that writes: what is booked stays when it commits, and the accounts are locked
 * until then.
 */
@Injectable()
export class Ledger {
  constructor(
    private readonly store: LedgerStore,
    private readonly items: LedgerItems,
    private readonly news: LedgerNews,
    private readonly members: Members,
    private readonly customers: CustomersFacade,
    private readonly clock: Clock,
  ) {}

  /**
   * @param postings at most 1,000; of two with the same key the second repeats the first.
   * @returns a result for each, in the same order. A refused one has changed nothing and may be tried again.
   */
  async post(postings: readonly Ordered[]): Promise<PostingResult[]> {
    return this.book(await this.items.ofPostings(postings, this.clock.now()));
  }

  /**
   * Takes postings back: points spent return to the very lots they came from and pay what is owed first; points earned are
   * taken from what the account has, and the rest is owed. Of each at most 100 % in all.
   */
  async reverse(reversals: readonly Reversal[]): Promise<PostingResult[]> {
    return this.book(this.items.ofReversals(reversals));
  }

  private async book(given: readonly Item[]): Promise<PostingResult[]> {
    if (given.length > POSTINGS_PER_CALL_MAX)
      throw new Error(`${given.length} postings in one call, at most ${POSTINGS_PER_CALL_MAX}`);
    const { firsts, repeats } = withoutRepeats(given);
    const booked = await this.store.book(firsts, this.clock.now());
    const results = resultsOf([...booked, ...(await this.bookNewMembers(firsts, booked))]);
    await this.news.tell(entriesOf(results.values()));
    return given.map((item) => {
      const first = repeats.get(item);
      return first ? repeated(item, first, resultOf(results, first)) : resultOf(results, item);
    });
  }

  /** Called once for each call that posted something, inside the transaction. In `onModuleInit`. */
  onPosted(listener: PostedListener): void {
    this.news.onPosted(listener);
  }

  /** Who earns becomes a member; who has never earned has nothing to spend. */
  private async bookNewMembers(items: readonly Item[], booked: readonly BookedRow[]): Promise<BookedRow[]> {
    const missing = new Set(booked.filter(({ code }) => code === 'member_missing').map(({ n }) => n));
    const left = items.filter(({ n }) => missing.has(n));
    if (left.length === 0) return [];
    const known = new Set(await this.customers.known(left.map(({ customer }) => customer ?? '')));
    for (const program of new Set(left.map((item) => item.program))) {
      const joining = left.filter((item) => item.program === program && isCredit(item) && isOf(known, item));
      await this.members.enrol(program, [...new Set(joining.map(({ customer }) => customer ?? ''))]);
    }
    const { customer_not_found, points_insufficient } = loyaltyErrors;
    const settled = left.map((item) => {
      const refusal = isOf(known, item)
        ? isCredit(item)
          ? undefined
          : points_insufficient.code
        : customer_not_found.code;
      return { ...item, ...(refusal && { refusal }) };
    });
    return this.store.book(settled, this.clock.now());
  }
}

function isCredit({ kind, amount = 0 }: Item): boolean {
  return kind !== 'spend' && amount > 0;
}

function isOf(known: ReadonlySet<string>, { customer }: Item): boolean {
  return customer !== undefined && known.has(customer);
}

/** A key is booked once in a call, too. */
function withoutRepeats(given: readonly Item[]): { firsts: Item[]; repeats: Map<Item, Item> } {
  const byKey = new Map<string, Item>();
  const repeats = new Map<Item, Item>();
  for (const item of given) {
    const name = `${item.program}\0${item.key}`;
    const first = byKey.get(name);
    if (first) repeats.set(item, first);
    else byKey.set(name, item);
  }
  return { firsts: [...byKey.values()], repeats };
}

function repeated(item: Item, first: Item, result: PostingResult): PostingResult {
  if (item.hash !== first.hash) return { outcome: 'refused', code: loyaltyErrors.key_reused.code };
  return result.outcome === 'posted' ? { ...result, replayed: true } : result;
}

/** A later row of the same item holds instead of an earlier refusal. */
function resultsOf(rows: readonly BookedRow[]): Map<number, PostingResult> {
  const results = new Map<number, PostingResult>();
  for (const { n, code, replayed, transferId, entry } of rows) {
    const before = results.get(n);
    if (code !== null) results.set(n, { outcome: 'refused', code });
    else {
      const entries = before?.outcome === 'posted' ? [...before.entries, entry] : [entry];
      results.set(n, { outcome: 'posted', transferId, entries, replayed });
    }
  }
  return results;
}

function resultOf(results: ReadonlyMap<number, PostingResult>, { n }: Item): PostingResult {
  const result = results.get(n);
  if (!result) throw new Error('an item came back without a result');
  return result;
}

function entriesOf(results: Iterable<PostingResult>): PostedEntry[] {
  return [...results].flatMap((result) =>
    result.outcome === 'posted' && !result.replayed ? result.entries : [],
  );
}
