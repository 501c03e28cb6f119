/** Lots, reservations and expiry as a person would keep them with paper. Shares no code and no statement with the ledger. */
export interface PaperLot {
  customer: number;
  seq: number;
  expires: number;
  remaining: number;
  reserved: Map<number, number>;
}
interface PaperHold {
  amount: number;
  ends: number;
  state: 'open' | 'posted' | 'voided' | 'expired';
}
interface PaperTransfer {
  left: number;
  took: { lot: PaperLot; amount: number }[];
}

const free = (lot: PaperLot) => lot.remaining - [...lot.reserved.values()].reduce((sum, one) => sum + one, 0);

export class PaperLedger {
  readonly lots: PaperLot[] = [];
  readonly holds: PaperHold[] = [];
  /** What took points and can be given back. */
  readonly transfers: PaperTransfer[] = [];
  private readonly seqs = new Map<number, number>();

  /** @param persons the customers of each person; `rank` orders accounts as their ids do. */
  constructor(
    private readonly persons: number[][],
    private readonly rank: (customer: number) => number,
  ) {}

  earn(customer: number, amount: number, expires: number): void {
    this.lots.push({
      customer,
      seq: this.entryOf(customer),
      expires,
      remaining: amount,
      reserved: new Map(),
    });
  }

  spend(customer: number, amount: number, now: number): boolean {
    const parts = this.choose(customer, amount, now);
    if (parts) this.took(parts);
    return parts !== undefined;
  }

  hold(customer: number, amount: number, now: number, ends: number): boolean {
    const parts = this.choose(customer, amount, now);
    if (!parts) return false;
    for (const part of parts) part.lot.reserved.set(this.holds.length, part.amount);
    this.holds.push({ amount, ends, state: 'open' });
    return true;
  }

  /** @returns the code of what is refused. */
  post(at: number, amount: number | undefined, now: number): string | undefined {
    const hold = this.holds[at] as PaperHold;
    if (hold.state !== 'open' || hold.ends <= now) return 'loyalty.hold_resolved';
    let left = amount ?? hold.amount;
    if (left > hold.amount) return 'loyalty.hold_exceeds';
    const parts = this.lots
      .filter((lot) => lot.reserved.has(at))
      .sort((a, b) => this.inOrder(a, b, ({ customer }) => this.rank(customer)))
      .map((lot) => {
        const amountOfLot = Math.min(left, lot.reserved.get(at) ?? 0);
        left -= amountOfLot;
        return { lot, amount: amountOfLot };
      });
    this.release(at, 'posted');
    this.took(parts.filter((part) => part.amount > 0));
    return undefined;
  }

  void(at: number, now: number): string | undefined {
    const hold = this.holds[at] as PaperHold;
    if (hold.state !== 'open' || hold.ends <= now) return 'loyalty.hold_resolved';
    this.release(at, 'voided');
    return undefined;
  }

  endHolds(now: number): void {
    this.holds.forEach((hold, at) => {
      if (hold.state === 'open' && hold.ends <= now) this.release(at, 'expired');
    });
  }

  /** A transfer for each account, in their order. */
  sweep(now: number): void {
    for (const customer of this.persons.flat().sort((a, b) => this.rank(a) - this.rank(b))) {
      const due = this.lots.filter((lot) => lot.customer === customer && lot.expires <= now && free(lot) > 0);
      if (due.length > 0) this.took(due.map((lot) => ({ lot, amount: free(lot) })));
    }
  }

  giveBack(at: number, amount: number): boolean {
    const transfer = this.transfers[at] as PaperTransfer;
    if (amount > transfer.left) return false;
    transfer.left -= amount;
    let left = amount;
    const touched = new Set<number>();
    const byRank = ({ customer }: PaperLot) => this.rank(customer);
    for (const part of transfer.took.toSorted((a, b) => this.inOrder(b.lot, a.lot, byRank))) {
      const back = Math.min(left, part.amount);
      part.amount -= back;
      part.lot.remaining += back;
      left -= back;
      if (back > 0) touched.add(part.lot.customer);
    }
    for (const customer of touched) this.entryOf(customer);
    return true;
  }

  balance(customer: number, now: number) {
    const lots = this.lots.filter((lot) => lot.customer === customer);
    const sum = (of: (lot: PaperLot) => number) => lots.reduce((total, lot) => total + of(lot), 0);
    return {
      posted: sum(({ remaining }) => remaining),
      held: sum((lot) => lot.remaining - free(lot)),
      available: sum((lot) => (lot.expires <= now ? 0 : free(lot))),
    };
  }

  private entryOf(customer: number): number {
    const seq = (this.seqs.get(customer) ?? 0) + 1;
    this.seqs.set(customer, seq);
    return seq;
  }

  private choose(customer: number, amount: number, now: number) {
    const person = this.persons.find((set) => set.includes(customer)) ?? [];
    const own = (lot: PaperLot) => (lot.customer === customer ? -1 : this.rank(lot.customer));
    let left = amount;
    const parts = this.lots
      .filter((lot) => person.includes(lot.customer) && lot.expires > now && free(lot) > 0)
      .sort((a, b) => this.inOrder(a, b, own))
      .map((lot) => {
        const taken = Math.min(left, free(lot));
        left -= taken;
        return { lot, amount: taken };
      });
    return left === 0 ? parts.filter((part) => part.amount > 0) : undefined;
  }

  private took(parts: { lot: PaperLot; amount: number }[]): void {
    for (const { lot, amount } of parts) lot.remaining -= amount;
    for (const customer of new Set(parts.map(({ lot }) => lot.customer))) this.entryOf(customer);
    this.transfers.push({ left: parts.reduce((sum, { amount }) => sum + amount, 0), took: parts });
  }

  private release(at: number, state: 'posted' | 'voided' | 'expired'): void {
    for (const lot of this.lots) lot.reserved.delete(at);
    (this.holds[at] as PaperHold).state = state;
  }

  private inOrder(a: PaperLot, b: PaperLot, first: (lot: PaperLot) => number): number {
    return a.expires - b.expires || first(a) - first(b) || a.seq - b.seq || 0;
  }
}
