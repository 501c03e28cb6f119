import { WecomApiError, wecomErrors } from '../../../../wecom/index.js';

/**
 * WeCom, or our own limits, said no: it has certainly not acted, and may be asked again; after a fault of the app's
 * settings when an administrator has mended them.
 */
export function isNotActed(error: unknown): error is WecomApiError {
  return (
    error instanceof WecomApiError &&
    (error.retryable || error.action === 'config') &&
    (error.code === wecomErrors.call_refused.code || error.code === wecomErrors.call_postponed.code)
  );
}

/** WeCom understood and refused, or would: asking again changes nothing. */
export function isFinalRefusal(error: unknown): error is WecomApiError {
  return (
    error instanceof WecomApiError &&
    !error.retryable &&
    error.action !== 'config' &&
    error.code !== wecomErrors.answer_malformed.code
  );
}
