import type { AppError } from '../../../../platform/errors/app-error.js';
import { loyaltyErrors } from '../../loyalty.errors.js';

const byCode = new Map(Object.values(loyaltyErrors).map((definition) => [definition.code, definition]));

/** What the ledger said no to, as an error for a caller who booked one thing only. */
export function refusalOf(code: string): AppError {
  const definition = byCode.get(code);
  if (!definition) throw new Error(`the ledger refused with ${code}, which no catalogue has`);
  return definition();
}
