/**
 * Points as a person would keep them with paper: lots in a drawer, a note of who took how much from which lot. Shares no
 * code and no statement with the ledger.
 */
export interface ModelLot {
  seq: number;
  expires: number | null;
  remaining: number;
  /** Who took from it, in order. */
  takers: Taking[];
}
interface Taking {
  account: ModelAccount;
  lot: ModelLot;
  amount: number;
  isExpiry: boolean;
  transfer: ModelTransfer;
}
interface ModelAccount {
  customer: number;
  debt: number;
  earned: number;
  seq: number;
  lots: ModelLot[];
}
export interface ModelTransfer {
  kind: string;
  amount: number;
  left: number;
  account: ModelAccount | undefined;
  made: ModelLot | undefined;
  took: Taking[];
}
export type ModelResult =
  string | { customer: number; seq: number; delta: number; balance: number; debt: number; earned: number }[];

const balanceOf = ({ lots }: ModelAccount) => lots.reduce((sum, { remaining }) => sum + remaining, 0);
const isDead = ({ expires }: ModelLot, now: number) => expires !== null && expires <= now;
const byExpiry = (a: ModelLot, b: ModelLot) =>
  (a.expires ?? Infinity) - (b.expires ?? Infinity) || a.seq - b.seq;

export class LedgerModel {
  readonly accounts: ModelAccount[];
  readonly transfers: ModelTransfer[] = [];
  readonly frozen = new Set<number>();

  /** @param persons the customers of each person; `rank` orders accounts as their ids do. */
  constructor(
    readonly persons: number[][],
    readonly rank: (customer: number) => number,
  ) {
    this.accounts = persons
      .flat()
      .sort((a, b) => a - b)
      .map((customer) => ({ customer, debt: 0, earned: 0, seq: 0, lots: [] }));
  }

  credit(kind: string, customer: number, amount: number, expires: number | null): ModelResult {
    const account = this.of(customer);
    const before = balanceOf(account);
    const paid = Math.min(account.debt, amount);
    account.debt -= paid;
    if (kind === 'earn') account.earned += amount;
    account.seq += 1;
    const made: ModelLot = { seq: account.seq, expires, remaining: amount - paid, takers: [] };
    account.lots.push(made);
    this.transfers.push({ kind, amount, left: amount, account, made, took: [] });
    return [this.entry(account, before)];
  }

  debit(kind: string, customer: number, amount: number, now: number): ModelResult {
    if (this.frozen.has(customer)) return 'loyalty.member_frozen';
    const person = kind === 'spend' ? (this.persons.find((set) => set.includes(customer)) ?? []) : [customer];
    const own = (account: ModelAccount) => (account.customer === customer ? -1 : this.rank(account.customer));
    const sources = person
      .filter((one) => !this.frozen.has(one))
      .map((one) => this.of(one))
      .sort((a, b) => own(a) - own(b));
    const lots = sources
      .flatMap((account) => account.lots.map((lot) => ({ account, lot })))
      .filter(({ lot }) => lot.remaining > 0 && !isDead(lot, now))
      .sort(
        (a, b) =>
          (a.lot.expires ?? Infinity) - (b.lot.expires ?? Infinity) ||
          own(a.account) - own(b.account) ||
          a.lot.seq - b.lot.seq,
      );
    if (lots.reduce((sum, { lot }) => sum + lot.remaining, 0) < amount) return 'loyalty.points_insufficient';
    const transfer: ModelTransfer = {
      kind,
      amount,
      left: amount,
      account: undefined,
      made: undefined,
      took: [],
    };
    this.transfers.push(transfer);
    return this.write(
      () => {
        let asked = amount;
        for (const { account, lot } of lots) asked -= this.take(transfer, account, lot, asked);
      },
      sources,
      own,
    );
  }

  expire(customer: number, now: number): ModelResult {
    const account = this.of(customer);
    const dead = account.lots.filter((lot) => lot.remaining > 0 && isDead(lot, now));
    if (dead.length === 0) return 'nothing_expired';
    const amount = dead.reduce((sum, { remaining }) => sum + remaining, 0);
    const transfer: ModelTransfer = {
      kind: 'expire',
      amount,
      left: amount,
      account: undefined,
      made: undefined,
      took: [],
    };
    this.transfers.push(transfer);
    return this.write(
      () => {
        for (const lot of dead) this.take(transfer, account, lot, lot.remaining);
      },
      [account],
      () => 0,
    );
  }

  reverse(at: number, asked: number | undefined, now: number): ModelResult {
    const original = this.transfers[at];
    if (!original) return 'loyalty.transfer_not_found';
    if (original.kind === 'reverse') return 'loyalty.transfer_not_reversible';
    const amount = asked ?? original.left;
    if (amount <= 0 || amount > original.left) return 'loyalty.reversal_exceeds';
    original.left -= amount;
    const transfer: ModelTransfer = {
      kind: 'reverse',
      amount,
      left: 0,
      account: undefined,
      made: undefined,
      took: [],
    };
    this.transfers.push(transfer);
    return original.account
      ? this.takeBack(original, original.account, transfer, now)
      : this.giveBack(original, transfer);
  }

  private takeBack(
    original: ModelTransfer,
    account: ModelAccount,
    transfer: ModelTransfer,
    now: number,
  ): ModelResult {
    const own = original.made as ModelLot;
    return this.write(
      () => {
        let asked = transfer.amount;
        asked -= this.take(transfer, account, own, asked);
        for (const taking of own.takers.filter(({ isExpiry }) => isExpiry)) {
          const undone = Math.min(taking.amount, asked);
          taking.amount -= undone; // what had expired counts as taken back, and is nothing that could be reversed again
          taking.transfer.left -= undone;
          asked -= undone;
        }
        for (const lot of account.lots.filter((one) => !isDead(one, now)).sort(byExpiry))
          asked -= this.take(transfer, account, lot, asked);
        account.debt += asked;
        if (original.kind === 'earn') account.earned -= transfer.amount;
      },
      [account],
      () => 0,
      true,
    );
  }

  private giveBack(original: ModelTransfer, transfer: ModelTransfer): ModelResult {
    const lastFirst = (a: Taking, b: Taking) =>
      (b.lot.expires ?? Infinity) - (a.lot.expires ?? Infinity) ||
      this.rank(b.account.customer) - this.rank(a.account.customer) ||
      b.lot.seq - a.lot.seq;
    const byRank = (account: ModelAccount) => this.rank(account.customer);
    return this.write(
      () => {
        let asked = transfer.amount;
        const back: { account: ModelAccount; lot: ModelLot; amount: number }[] = [];
        for (const taking of [...original.took].sort((a, b) => lastFirst(a, b) || 0)) {
          const amount = Math.min(asked, taking.amount);
          if (amount === 0) continue;
          taking.amount -= amount;
          taking.lot.remaining += amount;
          back.push({ account: taking.account, lot: taking.lot, amount });
          asked -= amount;
        }
        for (const account of new Set(back.map((one) => one.account))) {
          const lots = back.filter((one) => one.account === account);
          let paid = Math.min(
            account.debt,
            lots.reduce((sum, { amount }) => sum + amount, 0),
          );
          account.debt -= paid;
          for (const lot of [...new Set(lots.map((one) => one.lot))].sort(byExpiry))
            paid -= this.take(transfer, account, lot, paid);
        }
      },
      [...new Set(original.took.filter(({ amount }) => amount > 0).map(({ account }) => account))],
      byRank,
    );
  }

  /** An entry for each account that the work changed. */
  private write(
    work: () => void,
    accounts: ModelAccount[],
    order: (account: ModelAccount) => number,
    always = false,
  ): ModelResult {
    const before = accounts.map((account) => ({ account, balance: balanceOf(account), debt: account.debt }));
    work();
    return before
      .filter(
        ({ account, balance, debt }) => always || balanceOf(account) !== balance || account.debt !== debt,
      )
      .sort((a, b) => order(a.account) - order(b.account))
      .map(({ account, balance }) => {
        account.seq += 1;
        return this.entry(account, balance);
      });
  }

  private take(transfer: ModelTransfer, account: ModelAccount, lot: ModelLot, asked: number): number {
    const amount = Math.min(lot.remaining, asked);
    if (amount === 0) return 0;
    lot.remaining -= amount;
    const taking = { account, lot, amount, isExpiry: transfer.kind === 'expire', transfer };
    lot.takers.push(taking);
    transfer.took.push(taking);
    return amount;
  }

  private of(customer: number): ModelAccount {
    return this.accounts[customer] as ModelAccount;
  }

  private entry(account: ModelAccount, before: number) {
    const balance = balanceOf(account);
    const { customer, seq, debt, earned } = account;
    return { customer, seq, delta: balance - before, balance, debt, earned };
  }
}
