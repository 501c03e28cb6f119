/** Customers out of one table, each perhaps more than once. `$1` is the corp in all of them. */
export interface Rows {
  readonly from: string;
  /** The column with the customer's id. */
  readonly id: string;
  readonly where: readonly string[];
  /** The condition holds by those of the rows for which this is true, too: read along, they tell it without a look-up. */
  readonly also?: readonly string[];
  /** An index gives these rows in the order of the customers' ids, so that a page reads little more than it shows. */
  readonly inOrder?: boolean;
  /** By nature so few that a page may read and sort them all, along the same index whatever the values are. */
  readonly isFew?: boolean;
}

/** One thing that a filter asks of a customer `c`. */
export interface Condition {
  /** Each contains every customer of whom the condition holds: a search may begin with any of them. */
  readonly sources: readonly Rows[];
  /** Holds of exactly the customers who have such a row, or of whom this expression is true. */
  readonly check: Rows | string;
  /** Expressions with ids that all such customers lie between; null where there is no such bound. */
  readonly between?: { readonly after?: string | undefined; readonly before?: string | undefined };
}

export type Bind = (value: unknown) => string;

/** Both are the same: whoever is found by these rows need not be checked. */
export function conditionOf(rows: Rows): Condition {
  return { sources: [rows], check: rows };
}

/** One value is asked for as such: only then does an index of (corp, value, customer) keep the order of customers. */
export function oneOf(column: string, values: readonly unknown[], type: string, bind: Bind): string {
  const [first] = values;
  return values.length === 1
    ? `${column} = ${bind(first)}::${type}`
    : `${column} = ANY(${bind(values)}::${type}[])`;
}
