import type { Outcome } from './message.js';

/** How a call to WeCom ended, or that it was not made. */
export type Verdict =
  | { readonly kind: 'final'; readonly outcome: Outcome }
  /** Nothing was delivered, and the same call may succeed within the 20 s. */
  | { readonly kind: 'again'; readonly errcode?: number };

/** What is known of a failed call, see `WecomApiError`. */
export interface CallFailure {
  /** The API that failed: the welcome itself, or the token before it. */
  readonly isWelcomeCall: boolean;
  /** False when it never left this process: a limit, an open circuit, no app. */
  readonly wasSent: boolean;
  /** 0 without an answer. */
  readonly errcode: number;
  readonly retryable: boolean;
}

const CODE_MISSING = 41049;
const CODE_INVALID = 41050;
const ALREADY_DELIVERED = 41051;
const ANOTHER_APP_SENDING = 41096;
/** WeCom's own trouble: it may have delivered all the same (rest-api.md 4.1). */
const SYSTEM_BUSY = -1;
/** Refused before anything was done. */
const LIMITS: ReadonlySet<number> = new Set([45009, 45033, 40014, 42001]);

export function judge({ isWelcomeCall, wasSent, errcode, retryable }: CallFailure): Verdict {
  const known = errcode === 0 ? {} : { errcode };
  if (!isWelcomeCall || !wasSent) {
    return retryable
      ? { kind: 'again', ...known }
      : { kind: 'final', outcome: { state: 'refused', ...known } };
  }
  switch (errcode) {
    case 0:
    case SYSTEM_BUSY:
      return { kind: 'final', outcome: { state: 'unknown', ...known } };
    case ALREADY_DELIVERED:
      return { kind: 'final', outcome: { state: 'already_delivered', errcode } };
    case CODE_MISSING:
    case CODE_INVALID:
      return { kind: 'final', outcome: { state: 'code_invalid', errcode } };
    case ANOTHER_APP_SENDING:
      return { kind: 'again', errcode };
    default:
      return LIMITS.has(errcode)
        ? { kind: 'again', errcode }
        : { kind: 'final', outcome: { state: 'refused', errcode } };
  }
}
