import type { PartsChange } from '../domain/relation-history.js';
import { byRelation } from './by-relation.js';
import type { WrittenRelation } from './relation-store.js';

interface PartOf<T> {
  readonly relationId: string;
  readonly part: T;
}

/** What came and went, by relation; only of relations of which everything was known before. */
export function partsChanges<T>(
  relations: readonly WrittenRelation[],
  came: readonly PartOf<T>[],
  went: readonly PartOf<T>[],
): PartsChange<T>[] {
  if (came.length + went.length === 0) return [];
  const added = byRelation(came);
  const removed = byRelation(went);
  return relations.flatMap(({ id: relationId, customerId, knownBefore }) => {
    const change = {
      added: (added.get(relationId) ?? []).map(({ part }) => part),
      removed: (removed.get(relationId) ?? []).map(({ part }) => part),
    };
    const isPast = knownBefore && change.added.length + change.removed.length > 0;
    return isPast ? [{ relationId, customerId, ...change }] : [];
  });
}
