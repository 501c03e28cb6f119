import type { Customer, Follow, ReadonlyCustomer, ReadonlyFollow } from './corp.types.js';
import type { GeneratedCustomers } from './generated-customers.js';
import { StaffRelations } from './staff-relations.js';

/** A relation that is not generated. */
interface LaterRelation {
  seq: number;
  customerId: string;
}

/**
 * All customers of a corp and who follows them. Of a world of a million only those that changed or came later are
 * stored; the others are computed when somebody asks. What `find` and `ofStaff` hand out is therefore read-only:
 * `change` gives the stored customer.
 */
export class CustomerBook {
  private readonly stored = new Map<string, Customer>();
  /** Those of `stored` that were generated, by number. */
  private readonly changed = new Map<number, Customer>();
  private readonly relations: StaffRelations;
  /** By user id in lower case. */
  private readonly positions: Map<string, number>;
  /** Generated relations that have ended, by position of the member. */
  private readonly ended = new Map<number, number>();
  /** By user id in lower case, oldest first. */
  private readonly later = new Map<string, LaterRelation[]>();

  constructor(
    private readonly generated: GeneratedCustomers,
    stored: Iterable<Customer>,
  ) {
    this.relations = new StaffRelations(generated);
    this.positions = new Map(generated.userIds.map((userId, position) => [userId.toLowerCase(), position]));
    for (const customer of stored) this.restore(customer);
    for (const relations of this.later.values()) relations.sort((a, b) => a.seq - b.seq);
  }

  get size(): number {
    return this.generated.size - this.changed.size + this.stored.size;
  }

  /** Customers that are not as generated: all that a file has to keep. */
  kept(): Customer[] {
    return [...this.stored.values()];
  }

  find(id: string): ReadonlyCustomer | undefined {
    const stored = this.stored.get(id);
    if (stored) return stored;
    const index = this.generated.indexOf(id);
    return index === undefined ? undefined : this.generated.customer(index);
  }

  /** For changes of his fields and of the fields of his relations. */
  change(id: string): Customer | undefined {
    const stored = this.stored.get(id);
    if (stored) return stored;
    const index = this.generated.indexOf(id);
    if (index === undefined) return undefined;
    const customer = this.generated.customer(index);
    this.stored.set(id, customer);
    this.changed.set(index, customer);
    return customer;
  }

  follow(userId: string, customerId: string): ReadonlyFollow | undefined {
    return followOf(this.find(customerId), userId);
  }

  changeFollow(userId: string, customerId: string): Follow | undefined {
    return this.follow(userId, customerId) && followOf(this.change(customerId), userId);
  }

  countOf(userId: string): number {
    const key = userId.toLowerCase();
    const position = this.positions.get(key);
    const generated =
      position === undefined ? 0 : this.relations.countOf(position) - (this.ended.get(position) ?? 0);
    return generated + (this.later.get(key)?.length ?? 0);
  }

  /** Relations of a member after `afterSeq`, oldest first. */
  ofStaff(userId: string, afterSeq = 0, limit = Infinity): { seq: number; customer: ReadonlyCustomer }[] {
    const key = userId.toLowerCase();
    const found: { seq: number; customer: ReadonlyCustomer }[] = [];
    for (const relation of this.generatedOf(key, afterSeq)) {
      if (found.length >= limit) return found;
      found.push(relation);
    }
    const later = this.later.get(key) ?? [];
    for (let at = firstAfter(later, afterSeq); at < later.length && found.length < limit; at += 1) {
      const { seq = 0, customerId = '' } = later[at] ?? {};
      const customer = this.stored.get(customerId);
      if (customer) found.push({ seq, customer });
    }
    return found;
  }

  add(customer: Customer): void {
    this.stored.set(customer.id, customer);
    for (const follow of customer.follows) this.index(customer.id, follow);
  }

  addFollow({ id }: ReadonlyCustomer, follow: Follow): void {
    this.change(id)?.follows.push(follow);
    this.index(id, follow);
  }

  /** A customer without followers is gone for WeCom; the name is kept so that he can come back. */
  removeFollow({ id }: ReadonlyCustomer, { userId, seq }: ReadonlyFollow): void {
    const customer = this.change(id);
    if (!customer) return;
    customer.follows = customer.follows.filter((other) => other.seq !== seq);
    const key = userId.toLowerCase();
    if (seq <= this.generated.lastSeq) return this.countEnded(this.positions.get(key));
    const relations = this.later.get(key) ?? [];
    const at = relations.findIndex((relation) => relation.seq === seq);
    if (at >= 0) relations.splice(at, 1);
  }

  renameStaff(userId: string, newUserId: string): void {
    const key = userId.toLowerCase();
    for (const { follows } of this.stored.values()) {
      for (const follow of follows.filter((candidate) => candidate.userId.toLowerCase() === key)) {
        if (follow.operUserId === follow.userId) follow.operUserId = newUserId;
        follow.userId = newUserId;
      }
    }
    const position = this.positions.get(key);
    if (position !== undefined) {
      this.generated.renameStaff(position, newUserId);
      this.positions.delete(key);
      this.positions.set(newUserId.toLowerCase(), position);
    }
    const later = this.later.get(key) ?? [];
    this.later.delete(key);
    this.later.set(newUserId.toLowerCase(), later);
  }

  private *generatedOf(
    key: string,
    afterSeq: number,
  ): Generator<{ seq: number; customer: ReadonlyCustomer }> {
    const position = this.positions.get(key);
    if (position === undefined) return;
    for (const index of this.relations.from(position, this.generated.indexAfter(afterSeq))) {
      const customer = this.changed.get(index) ?? this.generated.customer(index);
      // None when it has ended; a later one of the same two comes from the other list.
      const { seq = 0 } =
        customer.follows.find(
          (follow) => follow.seq <= this.generated.lastSeq && follow.userId.toLowerCase() === key,
        ) ?? {};
      if (seq > afterSeq) yield { seq, customer };
    }
  }

  private restore(customer: Customer): void {
    this.stored.set(customer.id, customer);
    const index = this.generated.indexOf(customer.id);
    if (index !== undefined) {
      this.changed.set(index, customer);
      this.generated.followers(index).forEach((position, slot) => {
        const seq = this.generated.seqOf(index, slot);
        if (!customer.follows.some((follow) => follow.seq === seq)) this.countEnded(position);
      });
    }
    for (const follow of customer.follows)
      if (follow.seq > this.generated.lastSeq) this.index(customer.id, follow);
  }

  private countEnded(position: number | undefined): void {
    if (position !== undefined) this.ended.set(position, (this.ended.get(position) ?? 0) + 1);
  }

  private index(customerId: string, { userId, seq }: Follow): void {
    const key = userId.toLowerCase();
    const relations = this.later.get(key);
    if (relations) relations.push({ seq, customerId });
    else this.later.set(key, [{ seq, customerId }]);
  }
}

/** User ids compare without case (rest-api.md section 1). */
function followOf<F extends ReadonlyFollow>(
  customer: { readonly follows: readonly F[] } | undefined,
  userId: string,
): F | undefined {
  const wanted = userId.toLowerCase();
  return customer?.follows.find((follow) => follow.userId.toLowerCase() === wanted);
}

function firstAfter(relations: readonly LaterRelation[], seq: number): number {
  let low = 0;
  for (let high = relations.length; low < high;) {
    const middle = (low + high) >>> 1;
    if ((relations[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
