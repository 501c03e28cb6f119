import { ownValue } from './conditions.js';
import { type Amount, POINTS_MAX } from './rule.js';

/**
 * What an event earns before caps: full units, then the percent of the level, and the part of a point that is left is
 * dropped. Counted without rounding, since money times points leaves what a number holds exactly.
 * @returns at most what one posting may hold
 */
export function amountOf(amount: Amount, data: Readonly<Record<string, unknown>>, percent: number): number {
  const points = (basePoints(amount, data) * BigInt(percent)) / 100n;
  return points > BigInt(POINTS_MAX) ? POINTS_MAX : Number(points);
}

function basePoints(amount: Amount, data: Readonly<Record<string, unknown>>): bigint {
  if (amount.kind === 'fixed') return BigInt(amount.points);
  const value = ownValue(data, amount.property);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) return 0n;
  if (amount.kind === 'perUnit') return (BigInt(value) / BigInt(amount.per)) * BigInt(amount.points);
  return BigInt(amount.steps.findLast(({ from }) => from <= value)?.points ?? 0);
}
