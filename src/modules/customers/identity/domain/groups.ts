/** Disjoint sets of customers; the smallest id of a set is its name. */
export class Groups {
  private readonly parents = new Map<string, string>();
  private readonly sizes = new Map<string, number>();

  /** Of a customer that was never united, itself. */
  rootOf(id: string): string {
    const parent = this.parents.get(id);
    if (parent === undefined) return id;
    const root = this.rootOf(parent);
    this.parents.set(id, root);
    return root;
  }

  sizeOf(root: string): number {
    return this.sizes.get(root) ?? 1;
  }

  /** @returns the root of the united set */
  unite(a: string, b: string): string {
    const [one, two] = [this.rootOf(a), this.rootOf(b)];
    if (one === two) return one;
    const [root, other] = one < two ? [one, two] : [two, one];
    this.parents.set(other, root);
    this.sizes.set(root, this.sizeOf(root) + this.sizeOf(other));
    return root;
  }
}
