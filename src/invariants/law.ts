/** A promise of the system that a database can be held to. */
export interface Law {
  /** As in the catalogue of laws: P points, L levels and boards, E exchange, check-ins and honours, S customers, T timeline, C coupons. */
  readonly id: string;
  readonly en: string;
  readonly zh: string;
  /**
   * SELECT of every row that the law speaks of in corp $1: `place` names it without personal data, `ok` is whether the law
   * holds there. No row: the law is not shown.
   */
  readonly rows: string;
  /** Statements of a superuser past all guards, after which the law is broken in one place at least. */
  readonly plant: readonly string[];
}

/** `UPDATE table SET change` for one row that fits. */
export function spoil(table: string, change: string, where = 'true'): string {
  return `UPDATE ${table} SET ${change} WHERE ctid = (SELECT ctid FROM ${table} WHERE ${where} LIMIT 1)`;
}
