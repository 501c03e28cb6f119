/**
 * What became of a welcome code:
 * - sending: the call to WeCom may be under way
 * - sent
 * - already_delivered: another app was faster, or the two chat already (41051)
 * - code_invalid: expired or not WeCom's (41050)
 * - given_up: 20 s after the event it had not come to a call, or every call met another app (41096) or a limit
 * - refused: WeCom said no for another reason, see the errcode
 * - unknown: the call was made and its answer is lost; never repeated, since the customer may have it
 * - no_rule: nothing is configured for this member
 * - silent: the rule for this member says that nothing is sent
 */
export const MESSAGE_STATES = [
  'sending',
  'sent',
  'already_delivered',
  'code_invalid',
  'given_up',
  'refused',
  'unknown',
  'no_rule',
  'silent',
] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

export interface Outcome {
  readonly state: Exclude<MessageState, 'sending'>;
  readonly errcode?: number;
}

/** How long a code lives after WeCom's CreateTime (page 92137). */
const CODE_LIFE_MS = 20_000;

/**
 * When a code is dead by our clock. Where our clock is behind WeCom's, the event seems to come from the future: then the
 * 20 s count from its receipt.
 */
export function deadlineOf(times: { readonly happenedAt: Date; readonly receivedAt: Date }): number {
  return Math.min(times.happenedAt.getTime(), times.receivedAt.getTime()) + CODE_LIFE_MS;
}
