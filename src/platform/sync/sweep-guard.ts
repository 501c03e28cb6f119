import type { MissingCount } from './sync.js';

/** So few may go without a question, else a corp with four tags could not delete one. */
const FREE_ROWS = 5;

/**
 * A pass that would end more than this share of what we know asks first: a narrowed visible range or a lost permission
 * looks exactly like a mass deletion.
 */
export function needsConfirmation({ missing, of }: MissingCount, shareMax: number): boolean {
  return missing > FREE_ROWS && missing > of * shareMax;
}
