/** Page 92120; without owners WeCom refuses corps with more than 1,000 staff in range (81017). */
const OWNERS_MAX = 100;

/**
 * In whose names to list groups. Owners who may not serve customers any more stand alone: WeCom lists the groups of a
 * resigned owner only when he is named, and may refuse a whole list because of one name.
 */
export function decideOwnerBatches(
  followUserIds: readonly string[],
  knownOwners: readonly string[],
): string[][] {
  const serving = new Map(followUserIds.map((userId) => [userId.toLowerCase(), userId]));
  const others = new Map(
    knownOwners.map((userId) => [userId.toLowerCase(), userId] as const).filter(([key]) => !serving.has(key)),
  );
  const sorted = [...serving.values()].sort();
  const batches: string[][] = [];
  for (let start = 0; start < sorted.length; start += OWNERS_MAX) {
    batches.push(sorted.slice(start, start + OWNERS_MAX));
  }
  return [...batches, ...[...others.values()].sort().map((userId) => [userId])];
}
