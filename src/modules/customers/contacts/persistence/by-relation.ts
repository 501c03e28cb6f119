export function byRelation<T extends { readonly relationId: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.relationId);
    if (group) group.push(row);
    else groups.set(row.relationId, [row]);
  }
  return groups;
}
