/** A table of which a person's rows are handed out to him. */
export interface ExportedRows {
  /** With its schema. */
  readonly name: string;
  /** Which rows `t` are of the customers $2 of the corp $1. */
  readonly rows: string;
  /** Columns that say nothing to anybody: hashes and sealed values without a clear one. */
  readonly hidden?: readonly string[];
}
