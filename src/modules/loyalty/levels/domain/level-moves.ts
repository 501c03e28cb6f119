import { type LevelRules, rankOf } from './level-table.js';

export type MoveDirection = 'up' | 'down' | 'same';

/**
 * Where a move leads, by the places in the new version. A level that it has no longer stood below all of them, as had who
 * had none: what takes its place is given, not taken.
 */
export function directionOf(
  { levels }: Pick<LevelRules, 'levels'>,
  from: string | null,
  to: string,
): MoveDirection {
  if (from === to) return 'same';
  return from === null || rankOf(levels, to) > rankOf(levels, from) ? 'up' : 'down';
}
