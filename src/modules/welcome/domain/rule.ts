import type { Attachment } from './attachment.js';
import { longestBytes } from './placeholders.js';

export const TEXT_BYTES_MAX = 4000;

export interface WelcomeRuleContent {
  /** A rule that is switched off is as if it were not there: a wider one speaks. */
  readonly enabled: boolean;
  /** Nothing is sent here, and no wider rule speaks. */
  readonly silent: boolean;
  readonly text: string | null;
  readonly attachments: readonly Attachment[];
}

export interface WelcomeRule extends WelcomeRuleContent {
  readonly id: string;
  /** See `targetKey`. */
  readonly target: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A welcome has something to say, a silent rule has not. */
export function hasFittingContent({ silent, text, attachments }: WelcomeRuleContent): boolean {
  const isEmpty = text === null && attachments.length === 0;
  return silent === isEmpty;
}

export function isTextTooLong(text: string): boolean {
  return longestBytes(text) > TEXT_BYTES_MAX;
}
