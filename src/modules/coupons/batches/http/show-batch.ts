import type { Precondition, ShowETag } from '../../../../platform/http/etag.js';
import type { BatchWithTerms } from '../domain/batch.js';
import type { Batches } from '../queries/batches.js';
import { BatchView } from './batches.views.js';

export async function showBatch(
  batches: Batches,
  batch: BatchWithTerms,
  showEtag: ShowETag,
): Promise<BatchView> {
  showEtag(String(batch.version));
  const [withLeft] = await batches.withLeft([batch]);
  if (!withLeft) throw new Error('a batch was lost');
  return BatchView.of(withLeft);
}

/** Without what the caller left out. */
export function named<T extends object>(body: T): Partial<T> {
  // reason for the cast: fromEntries forgets the names
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export function checkOf(seen: Precondition): (batch: BatchWithTerms) => void {
  return ({ version }) => seen.assert(String(version));
}
