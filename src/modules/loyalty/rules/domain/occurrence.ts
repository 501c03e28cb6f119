/** Something that happened to a customer, of a customer event or of a module's event. */
export interface Occurrence {
  readonly id: string;
  /** Counts the bodies that came for it; 1 for what never changes. */
  readonly revision: number;
  readonly trigger: string;
  readonly customerId: string;
  /** Of an event of one program; rules of others do not react. */
  readonly programId?: string;
  readonly at: Date;
  /** Who told it; orders of two sources may have the same id. */
  readonly source: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a rule may ask of the member who would earn. */
export interface MemberFacts {
  readonly fields: Readonly<Record<string, unknown>>;
  /** WeCom's ids of the corp tags that any staff gave him, whichever of his customers. */
  readonly tags: readonly string[];
  readonly level: string | null;
}

export const NO_FACTS: MemberFacts = { fields: {}, tags: [], level: null };
