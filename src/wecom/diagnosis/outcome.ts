import { WecomApiError } from '../client/wecom-api-error.js';
import { wecomErrors } from '../wecom.errors.js';

/** What one call of the check brought. */
export type Outcome =
  /** @property count how many things WeCom showed, where that is asked. */
  | { readonly kind: 'answered'; readonly count: number }
  | { readonly kind: 'refused'; readonly errcode: number; readonly callerAddress?: string }
  | { readonly kind: 'limited' }
  /** Too late, or in a form that nobody knows. */
  | { readonly kind: 'unanswered' };

const BUSY = -1;
/** Shown with a secret that WeCom rejected before and is not asked about again. */
const WRONG_SECRET = 40001;

/** @throws what is not about WeCom. */
export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof WecomApiError)) throw error;
  const { code, errcode, action, callerAddress } = error;
  if (code === wecomErrors.credentials_rejected.code)
    return { kind: 'refused', errcode: errcode || WRONG_SECRET };
  if (action === 'throttle' && errcode !== 0) return { kind: 'limited' };
  if (errcode === 0 || errcode === BUSY) return { kind: 'unanswered' };
  return { kind: 'refused', errcode, callerAddress };
}
