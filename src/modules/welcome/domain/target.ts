/** For whose new friends a welcome is. */
export type WelcomeTarget =
  | { readonly scope: 'corp' }
  | { readonly scope: 'department'; readonly departmentId: number }
  | { readonly scope: 'staff'; readonly staffId: string };

/** The member who was added, as far as the directory knows him. */
export interface Greeter {
  readonly staffId: string;
  readonly name: string | null;
  /** His departments, the main one first, then the departments above them, the nearest first. */
  readonly departments: readonly { readonly departmentId: number; readonly name: string | null }[];
}

/** How a target is stored and compared. By the member's own id and the department's number, which no renaming changes. */
export function targetKey(target: WelcomeTarget): string {
  switch (target.scope) {
    case 'corp':
      return 'corp';
    case 'department':
      return `department:${target.departmentId}`;
    case 'staff':
      return `staff:${target.staffId}`;
  }
}

export function targetOf(key: string): WelcomeTarget {
  const [scope, id = ''] = key.split(':');
  if (scope === 'staff') return { scope, staffId: id };
  if (scope === 'department') return { scope, departmentId: Number(id) };
  return { scope: 'corp' };
}

/** Whose rules may speak for this member, the most specific first. Of an unknown member only the corp's. */
export function candidateKeys(greeter: Greeter | undefined): string[] {
  const own: WelcomeTarget[] = greeter
    ? [
        { scope: 'staff', staffId: greeter.staffId },
        ...greeter.departments.map(({ departmentId }) => ({ scope: 'department', departmentId }) as const),
      ]
    : [];
  return [...own, { scope: 'corp' } as const].map(targetKey);
}
