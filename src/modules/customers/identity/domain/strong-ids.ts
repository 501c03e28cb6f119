import type { Holding, Pair } from './facts.js';
import { Groups } from './groups.js';
import { isSingle } from './linking-rules.js';

/** What a group of customers says against being one person with another group. */
interface Objections {
  /** By kind and namespace: the ids of which a person has one only. */
  readonly ids: Map<string, Set<string>>;
  /** Customers that a human keeps apart from one of the group. */
  readonly apart: Set<string>;
}

/** Which groups of customers may be one person, while they are put together. */
export class StrongIds {
  private readonly objections = new Map<string, Objections>();

  /** @param groups what humans put together: different strong ids of such a group count as one from now on */
  constructor(
    holdings: readonly Holding[],
    apart: readonly Pair[],
    private readonly groups: Groups,
  ) {
    const strong = holdings.filter(({ kind }) => isSingle(kind));
    const same = sameByHumans(strong, groups);
    for (const holding of strong) {
      const { ids } = this.of(groups.rootOf(holding.customerId));
      const values = ids.get(keyOf(holding)) ?? new Set();
      ids.set(keyOf(holding), values.add(same.rootOf(holding.valueId)));
    }
    for (const [a, b] of apart) {
      this.of(groups.rootOf(a)).apart.add(b);
      this.of(groups.rootOf(b)).apart.add(a);
    }
  }

  /** Nobody keeps the persons of these two apart, and of each single kind they share an id or one of them has none. */
  agree(a: string, b: string): boolean {
    if (this.isApart(a, b)) return false;
    const [one, two] = [this.of(this.groups.rootOf(a)), this.of(this.groups.rootOf(b))];
    for (const [key, values] of one.ids) {
      const others = two.ids.get(key);
      if (others && ![...values].some((value) => others.has(value))) return false;
    }
    return true;
  }

  isApart(a: string, b: string): boolean {
    const other = this.groups.rootOf(b);
    return [...this.of(this.groups.rootOf(a)).apart].some((id) => this.groups.rootOf(id) === other);
  }

  unite(a: string, b: string): void {
    const parts = [this.of(this.groups.rootOf(a)), this.of(this.groups.rootOf(b))];
    const united: Objections = { ids: new Map(), apart: new Set(parts.flatMap((part) => [...part.apart])) };
    for (const [key, values] of parts.flatMap((part) => [...part.ids])) {
      united.ids.set(key, new Set([...(united.ids.get(key) ?? []), ...values]));
    }
    this.objections.set(this.groups.unite(a, b), united);
  }

  private of(root: string): Objections {
    const known = this.objections.get(root);
    if (known) return known;
    const none: Objections = { ids: new Map(), apart: new Set() };
    this.objections.set(root, none);
    return none;
  }
}

/** Who puts two persons together says with it that their different ids are ids of one. */
function sameByHumans(strong: readonly Holding[], groups: Groups): Groups {
  const same = new Groups();
  const first = new Map<string, string>();
  for (const holding of strong) {
    const root = groups.rootOf(holding.customerId);
    if (groups.sizeOf(root) === 1) continue;
    const key = `${root} ${keyOf(holding)}`;
    same.unite(first.get(key) ?? holding.valueId, holding.valueId);
    first.set(key, holding.valueId);
  }
  return same;
}

function keyOf({ kind, namespace }: Holding): string {
  return `${kind}|${namespace}`;
}
