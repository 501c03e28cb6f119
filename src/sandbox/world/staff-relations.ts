import type { GeneratedCustomers } from './generated-customers.js';

/**
 * Which generated customers each member follows, in four bytes a relation: the numbers of the customers, member by
 * member, in rising order.
 */
export class StaffRelations {
  private readonly starts: Uint32Array;
  private readonly customers: Uint32Array;

  constructor(generated: GeneratedCustomers) {
    const members = generated.userIds.length;
    this.starts = new Uint32Array(members + 1);
    for (let index = 0; index < generated.size; index += 1)
      for (const position of generated.followers(index))
        this.starts[position + 1] = this.at(position + 1) + 1;
    for (let member = 0; member < members; member += 1)
      this.starts[member + 1] = this.at(member + 1) + this.at(member);
    this.customers = new Uint32Array(this.at(members));
    const next = this.starts.slice();
    for (let index = 0; index < generated.size; index += 1) {
      for (const position of generated.followers(index)) {
        const place = next[position] ?? 0;
        this.customers[place] = index;
        next[position] = place + 1;
      }
    }
  }

  countOf(position: number): number {
    return this.at(position + 1) - this.at(position);
  }

  /** Numbers of his customers, from this number on. */
  *from(position: number, index: number): Generator<number> {
    const end = this.at(position + 1);
    let low = this.at(position);
    for (let high = end; low < high;) {
      const middle = (low + high) >>> 1;
      if ((this.customers[middle] ?? 0) < index) low = middle + 1;
      else high = middle;
    }
    for (; low < end; low += 1) yield this.customers[low] ?? 0;
  }

  private at(position: number): number {
    return this.starts[position] ?? 0;
  }
}
