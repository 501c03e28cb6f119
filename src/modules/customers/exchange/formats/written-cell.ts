import { guard } from '../domain/formula-guard.js';

/** What one cell of an export holds: a number stays one, so that a sheet can add it up. null is empty. */
export type WrittenCell = string | number | boolean | null;

export function guardedText(cell: string | boolean): string {
  return guard(String(cell));
}
