import type { Customer, Follow } from './corp.types.js';

/**
 * All customers of a corp and who follows them. Handlers use these methods only, so a generated store of a
 * million customers can take its place: nothing here hands out the whole list except `all`, for the world file.
 */
export class CustomerBook {
  private readonly byId = new Map<string, Customer>();
  /** Relations of each member (user id in lower case), oldest first. */
  private readonly byStaff = new Map<string, { seq: number; customer: Customer }[]>();

  constructor(customers: Iterable<Customer>) {
    for (const customer of customers) this.add(customer);
    for (const relations of this.byStaff.values()) relations.sort((a, b) => a.seq - b.seq);
  }

  get size(): number {
    return this.byId.size;
  }

  all(): IterableIterator<Customer> {
    return this.byId.values();
  }

  find(id: string): Customer | undefined {
    return this.byId.get(id);
  }

  follow(userId: string, customerId: string): Follow | undefined {
    const wanted = userId.toLowerCase();
    return this.byId.get(customerId)?.follows.find((follow) => follow.userId.toLowerCase() === wanted);
  }

  countOf(userId: string): number {
    return this.byStaff.get(userId.toLowerCase())?.length ?? 0;
  }

  /** Relations of a member after `afterSeq`, oldest first. */
  ofStaff(userId: string, afterSeq = 0, limit = Infinity): { seq: number; customer: Customer }[] {
    const relations = this.byStaff.get(userId.toLowerCase()) ?? [];
    let low = 0;
    let high = relations.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((relations[middle]?.seq ?? 0) <= afterSeq) low = middle + 1;
      else high = middle;
    }
    return relations.slice(low, low + limit);
  }

  add(customer: Customer): void {
    this.byId.set(customer.id, customer);
    for (const follow of customer.follows) this.index(customer, follow);
  }

  addFollow(customer: Customer, follow: Follow): void {
    customer.follows.push(follow);
    this.index(customer, follow);
  }

  /** A customer without followers is gone for WeCom; the name is kept so that he can come back. */
  removeFollow(customer: Customer, follow: Follow): void {
    customer.follows = customer.follows.filter((other) => other !== follow);
    const relations = this.byStaff.get(follow.userId.toLowerCase());
    const position = relations?.findIndex((relation) => relation.seq === follow.seq) ?? -1;
    if (relations && position >= 0) relations.splice(position, 1);
  }

  renameStaff(userId: string, newUserId: string): void {
    const relations = this.byStaff.get(userId.toLowerCase()) ?? [];
    for (const { customer, seq } of relations) {
      const follow = customer.follows.find((candidate) => candidate.seq === seq);
      if (follow) {
        if (follow.operUserId === follow.userId) follow.operUserId = newUserId;
        follow.userId = newUserId;
      }
    }
    this.byStaff.delete(userId.toLowerCase());
    this.byStaff.set(newUserId.toLowerCase(), relations);
  }

  private index(customer: Customer, follow: Follow): void {
    const key = follow.userId.toLowerCase();
    const relations = this.byStaff.get(key);
    if (relations) relations.push({ seq: follow.seq, customer });
    else this.byStaff.set(key, [{ seq: follow.seq, customer }]);
  }
}
