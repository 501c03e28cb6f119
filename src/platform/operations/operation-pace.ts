import type { Operation } from './operation.js';

/**
 * How fast an operation went up to its last report, and how long the rest will take at that pace. From the last report
 * and not from now, so that two looks at the same state tell the same.
 */
export function paceOf(
  operation: Pick<Operation, 'done' | 'total' | 'startedAt' | 'updatedAt' | 'finishedAt'>,
): {
  ratePerSecond: number;
  etaSeconds: number | null;
} {
  const seconds = (operation.updatedAt.getTime() - operation.startedAt.getTime()) / 1000;
  const rate = seconds > 0 ? operation.done / seconds : 0;
  const known = rate > 0 && operation.total !== undefined && operation.finishedAt === undefined;
  return {
    ratePerSecond: Math.round(rate * 100) / 100,
    etaSeconds: known ? Math.ceil(Math.max(0, (operation.total ?? 0) - operation.done) / rate) : null,
  };
}
