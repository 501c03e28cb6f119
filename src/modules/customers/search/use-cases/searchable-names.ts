import { initialsOf } from './initials.js';
import { normaliseName } from '../domain/name-grams.js';

/** Moves when it or `normaliseName` or `initialsOf` changes what a name is found by: every corp's names are then read again. */
export const NAMES_VERSION = 1;

/** What a customer is found by, one a line: each name as it is compared, and its initials. */
export function searchableNames(names: readonly string[]): string {
  const lines = new Set<string>();
  for (const given of names) {
    const name = normaliseName(given);
    if (name === '') continue;
    lines.add(name);
    for (const initials of initialsOf(name)) lines.add(initials);
  }
  return [...lines].join('\n');
}
