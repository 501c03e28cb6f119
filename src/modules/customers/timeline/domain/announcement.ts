/** What other modules may announce of a customer. */
export interface AnnouncedValues {
  /** As a person reads it; null: none. */
  readonly level: string | null;
  readonly pointsBalance: number;
}
export type AnnouncedName = keyof AnnouncedValues;

/** Some of it, as one module says that it stands. */
export interface Announcement extends Partial<AnnouncedValues> {
  readonly customerId: string;
  /**
   * Grows with each change of what is announced here of this customer, such as the number of the last entry of an account:
   * the greatest one holds, whatever the order in which they come. Two changes never have the same.
   */
  readonly version: number;
}

/** What is held of a customer: each value with its version, null where nobody announced it. */
export interface Held {
  readonly customerId: string;
  readonly level: string | null;
  readonly levelVersion: number | null;
  readonly pointsBalance: number | null;
  readonly pointsVersion: number | null;
}

const VERSION_OF = {
  level: 'levelVersion',
  pointsBalance: 'pointsVersion',
} as const satisfies Record<AnnouncedName, keyof Held>;

/** The newest of each value by customer. */
export function newestOf(announcements: readonly Announcement[]): Held[] {
  const held = new Map<string, Held>();
  for (const announcement of announcements) {
    const { customerId } = announcement;
    held.set(customerId, withNews(held.get(customerId) ?? nothingOf(customerId), announcement));
  }
  return [...held.values()];
}

function withNews(held: Held, { customerId: _, version, ...values }: Announcement): Held {
  const next: Record<string, unknown> = { ...held };
  for (const [name, versionName] of Object.entries(VERSION_OF)) {
    const value = (values as Record<string, unknown>)[name]; // reason for the cast: the names are those of the values
    if (value === undefined || version <= (held[versionName] ?? -1)) continue;
    next[name] = value;
    next[versionName] = version;
  }
  return next as unknown as Held; // reason for the cast: only values and versions of its own were replaced
}

function nothingOf(customerId: string): Held {
  return {
    customerId,
    level: null,
    levelVersion: null,
    pointsBalance: null,
    pointsVersion: null,
  };
}

/** Which of these values are not held as a module says that they stand; `stands` is undefined when it knows none. */
export function differencesOf(
  names: readonly AnnouncedName[],
  held: Held | undefined,
  stands: Held | undefined,
): AnnouncedName[] {
  return names.filter((name) => {
    const version = VERSION_OF[name];
    return (
      (held?.[version] ?? null) !== (stands?.[version] ?? null) ||
      (held?.[name] ?? null) !== (stands?.[name] ?? null)
    );
  });
}

/** The row with these values as its module says that they stand; what the module knows nothing of is taken away. */
export function corrected(held: Held, stands: Held | undefined, names: readonly AnnouncedName[]): Held {
  const next: Record<string, unknown> = { ...held };
  for (const name of names) {
    const version = VERSION_OF[name];
    next[name] = stands?.[name] ?? null;
    next[version] = stands?.[version] ?? null;
  }
  return next as unknown as Held; // reason for the cast: only values and versions of its own were replaced
}
