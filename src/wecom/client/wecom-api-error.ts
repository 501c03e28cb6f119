import { AppError, type ErrorDefinition } from '../../platform/errors/app-error.js';
import type { SafelyDescribed } from '../../platform/jobs/job-failure.js';
import { wecomErrors } from '../wecom.errors.js';
import { type ErrcodeAction, meaningOfErrcode } from './errcodes.js';

/** Actions after which the same work may succeed at another time. */
const RETRYABLE_ACTIONS: ReadonlySet<ErrcodeAction> = new Set(['retry', 'refresh', 'throttle', 'later']);

/**
 * A call to WeCom that did not give what was asked for. Holds no URL, no token and none of WeCom's texts, whose wording
 * is not stable and which name the caller's address; so it may be logged.
 *
 * `errcode` is WeCom's, and 0 when there was no answer to read one from (network, time-out, malformed answer) or when
 * the call was refused here and never sent. A job rethrows when `retryable` and records the failure otherwise.
 */
export class WecomApiError extends AppError implements SafelyDescribed {
  constructor(
    /** Name in the endpoint table, for example `externalcontact/get`. */
    readonly api: string,
    readonly errcode: number,
    readonly action: ErrcodeAction,
    definition: ErrorDefinition = wecomErrors.call_refused,
    private readonly options: { detail?: string; retryAfterMs?: number; callerAddress?: string } = {},
  ) {
    super(definition, options.detail ? { api, errcode, detail: options.detail } : { api, errcode });
    this.name = 'WecomApiError';
    this.message = `${definition.code} in ${api}: ${describe(errcode, options.detail ?? definition.en)}`;
  }

  /** With the API and the errcode, without which nobody who looks at a failed job can help. */
  get safeMessage(): string {
    return this.message;
  }

  /** Where WeCom saw the call come from, when it refused that very address (60020). */
  get callerAddress(): string | undefined {
    return this.options.callerAddress;
  }

  override get retryAfterMs(): number | undefined {
    return this.options.retryAfterMs;
  }

  override get retryable(): boolean {
    return RETRYABLE_ACTIONS.has(this.action);
  }

  static refused(api: string, errcode: number, callerAddress?: string): WecomApiError {
    const { action } = meaningOfErrcode(errcode);
    return new WecomApiError(api, errcode, action, wecomErrors.call_refused, { callerAddress });
  }

  /** Network, time-out, HTTP status: whether WeCom acted on the request is unknown. */
  static unanswered(api: string, detail: string): WecomApiError {
    return new WecomApiError(api, 0, 'retry', wecomErrors.call_failed, { detail });
  }

  /** @param detail names the field, never its value. */
  static malformed(api: string, detail: string): WecomApiError {
    return new WecomApiError(api, 0, 'fail', wecomErrors.answer_malformed, { detail });
  }

  /** Not sent: a limit, a block or an open circuit. @param limit WeCom's errcode, if it is one of its limits, and when it ends. */
  static postponed(
    api: string,
    detail: string,
    limit: { errcode?: number; retryAfterMs?: number } = {},
  ): WecomApiError {
    const { errcode = 0, retryAfterMs } = limit;
    return new WecomApiError(api, errcode, 'throttle', wecomErrors.call_postponed, { detail, retryAfterMs });
  }

  /** Not sent: it would fail for a reason that an administrator has to remove. */
  static withheld(api: string, definition: ErrorDefinition, errcode = 0): WecomApiError {
    return new WecomApiError(api, errcode, 'config', definition);
  }
}

function describe(errcode: number, detail: string): string {
  return errcode === 0 ? detail : `errcode ${errcode} (${meaningOfErrcode(errcode).en})`;
}
