import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Customer } from './corp.types.js';
import { CustomerBook } from './customer-book.js';
import { GeneratedCustomers } from './generated-customers.js';

const CUSTOMERS = 30;
const STAFF = ['a.one', 'B.Two', 'c.three', 'd.four', 'e.five'];

const generate = () =>
  new GeneratedCustomers('spec', {
    customers: CUSTOMERS,
    relationsPerCustomer: 2,
    tagsPerCustomer: 3,
    userIds: [...STAFF],
    firstSeq: 10,
  });

describe('generated customers', () => {
  it('are found by their ids, and made-up ids find nobody', () => {
    const generated = generate();
    const ids = Array.from({ length: CUSTOMERS }, (_, index) => generated.idOf(index));
    expect(new Set(ids).size).toBe(CUSTOMERS);
    expect(ids.map((id) => generated.indexOf(id))).toEqual(ids.map((_, index) => index));
    const [first = ''] = ids;
    const other = first.startsWith('wm') ? `wo${first.slice(2)}` : `wm${first.slice(2)}`;
    for (const id of ['', 'wm', other, `${first}A`, first.slice(0, -1), first.toLowerCase()])
      expect(generated.indexOf(id)).toBeUndefined();
  });

  it('are the same every time and in any order, and others for another seed', () => {
    const generated = generate();
    const all = Array.from({ length: CUSTOMERS }, (_, index) => generated.customer(index));
    const again = generate();
    for (let index = CUSTOMERS - 1; index >= 0; index -= 1) expect(again.customer(index)).toEqual(all[index]);
  });

  it('have different followers, the more the average asks for', () => {
    const generated = generate();
    const counts = Array.from({ length: CUSTOMERS }, (_, index) => {
      const followers = generated.followers(index);
      expect(new Set(followers).size).toBe(followers.length);
      return followers.length;
    });
    const average = counts.reduce((sum, count) => sum + count, 0) / CUSTOMERS;
    expect(average).toBeGreaterThan(1.5);
    expect(average).toBeLessThan(2.5);
  });
});

type Step =
  | { kind: 'remark' | 'end'; pick: number }
  | { kind: 'add' | 'again'; pick: number; staff: number }
  | { kind: 'rename'; staff: number }
  | { kind: 'restart' };

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('remark' as const, 'end' as const), pick: fc.nat(999) }),
    fc.record({
      kind: fc.constantFrom('add' as const, 'again' as const),
      pick: fc.nat(999),
      staff: fc.nat(STAFF.length - 1),
    }),
    fc.record({ kind: fc.constant('rename' as const), staff: fc.nat(STAFF.length - 1) }),
    fc.record({ kind: fc.constant('restart' as const) }),
  ),
  { maxLength: 40 },
);

/** The book against a list that holds every customer. */
describe('the book of customers', () => {
  it('shows after any changes and restarts what a list of all customers would show', () => {
    fc.assert(
      fc.property(steps, (chosen) => {
        const world = new World();
        for (const step of chosen) world.take(step);
        expect(world.shown()).toEqual(world.expected());
      }),
      { numRuns: 30 },
    );
  });

  it('keeps only what changed', () => {
    const world = new World();
    world.take({ kind: 'remark', pick: 3 });
    world.take({ kind: 'end', pick: 5 });
    world.take({ kind: 'add', pick: 0, staff: 1 });
    expect(world.book.kept()).toHaveLength(3);
    expect(world.book.size).toBe(CUSTOMERS + 1);
  });
});

class World {
  private generated = generate();
  book = new CustomerBook(this.generated, []);
  private readonly all = new Map<string, Customer>();
  private readonly staff = [...STAFF];
  private lastSeq = this.generated.lastSeq;
  private number = 0;

  constructor() {
    for (let index = 0; index < CUSTOMERS; index += 1) {
      const customer = this.generated.customer(index);
      this.all.set(customer.id, structuredClone(customer));
    }
  }

  take(step: Step): void {
    switch (step.kind) {
      case 'remark':
        return this.remark(step.pick);
      case 'end':
        return this.end(step.pick);
      case 'add':
      case 'again':
        return this.follow(step.kind, step.pick, this.staff[step.staff] ?? '');
      case 'rename':
        return this.rename(step.staff);
      case 'restart':
        return this.restart();
    }
  }

  /** What the book shows, in every way of asking. */
  shown() {
    return {
      size: this.book.size,
      customers: [...this.all.keys()].map((id) => this.book.find(id)),
      staff: this.staff.map((userId) => ({
        count: this.book.countOf(userId),
        relations: this.book.ofStaff(userId.toUpperCase()),
        paged: this.paged(userId),
      })),
    };
  }

  expected(): ReturnType<World['shown']> {
    const customers = [...this.all.values()];
    const staff = this.staff.map((userId) => {
      const relations = customers
        .flatMap((customer) => customer.follows.map((follow) => ({ customer, follow })))
        .filter(({ follow }) => follow.userId === userId)
        .map(({ customer, follow }) => ({ seq: follow.seq, customer }))
        .sort((a, b) => a.seq - b.seq);
      return { count: relations.length, relations, paged: relations };
    });
    return { size: customers.length, customers, staff };
  }

  /** As cursors walk. */
  private paged(userId: string) {
    const paged: ReturnType<CustomerBook['ofStaff']> = [];
    for (let after = 0; ; after = paged.at(-1)?.seq ?? 0) {
      const page = this.book.ofStaff(userId, after, 7);
      paged.push(...page);
      if (page.length < 7) return paged;
    }
  }

  private remark(pick: number): void {
    const found = this.somePair(pick);
    if (!found) return;
    const remark = `r${(this.number += 1)}`;
    found.follow.remark = remark;
    const follow = this.book.changeFollow(found.follow.userId, found.customer.id);
    if (follow) follow.remark = remark;
  }

  private end(pick: number): void {
    const found = this.somePair(pick);
    if (!found) return;
    const { customer, follow } = found;
    this.book.removeFollow(customer, follow);
    customer.follows = customer.follows.filter((other) => other !== follow);
  }

  private follow(kind: 'add' | 'again', pick: number, userId: string): void {
    const seq = (this.lastSeq += 1);
    const follow = { userId, seq, createdAt: 1, addWay: 1, operUserId: userId };
    const known = [...this.all.values()][pick % this.all.size];
    if (kind === 'again' && known && !known.follows.some((other) => other.userId === userId)) {
      this.book.addFollow(known, { ...follow });
      known.follows.push(follow);
    } else if (kind === 'add') {
      const added: Customer = { id: `wmnew${seq}`, name: 'n', type: 1, gender: 0, follows: [] };
      this.all.set(added.id, { ...added, follows: [follow] });
      this.book.add(added);
      this.book.addFollow(added, { ...follow });
    }
  }

  private rename(staff: number): void {
    const before = this.staff[staff] ?? '';
    const after = `${STAFF[staff]}.${(this.number += 1)}`;
    this.staff[staff] = after;
    this.book.renameStaff(before, after);
    for (const follow of [...this.all.values()].flatMap((customer) => customer.follows)) {
      if (follow.userId !== before) continue;
      if (follow.operUserId === before) follow.operUserId = after;
      follow.userId = after;
    }
  }

  /** Through a file: what was kept, and the members as they are called now. */
  private restart(): void {
    const kept = JSON.parse(JSON.stringify(this.book.kept())) as Customer[];
    const userIds = [...this.generated.userIds];
    this.generated = generate();
    userIds.forEach((userId, position) => this.generated.renameStaff(position, userId));
    this.book = new CustomerBook(this.generated, kept);
  }

  private somePair(pick: number) {
    const pairs = [...this.all.values()].flatMap((customer) =>
      customer.follows.map((follow) => ({ customer, follow })),
    );
    return pairs[pick % Math.max(1, pairs.length)];
  }
}
