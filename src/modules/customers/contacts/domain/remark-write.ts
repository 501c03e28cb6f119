import type { WecomFollow } from '../../../../wecom/index.js';
import { normalisePhone } from './phone-number.js';

/**
 * - waiting: WeCom was not called, or has certainly not acted
 * - calling: WeCom is being called, or was and nobody knows whether it acted
 * - accepted: WeCom took it, and the mirror has not shown it yet
 */
export const OPEN_WRITE_STATES = ['waiting', 'calling', 'accepted'] as const;
export type RemarkWriteState = (typeof OPEN_WRITE_STATES)[number] | 'done' | 'refused';

/** What is to be changed; what is missing stays as it is. */
export interface RemarkWish {
  readonly remark?: string;
  readonly description?: string;
  readonly remarkCorpName?: string;
  /** Replaces the list. */
  readonly phones?: readonly string[];
}

/** Why WeCom has not taken it: its errcode, and where there is none a code of our error list. */
export interface RemarkRefusal {
  readonly errcode: number;
  readonly problem: string;
}

/** Whether WeCom shows what was wished; it trims what it stores. */
export function isFulfilled(wish: RemarkWish, follow: WecomFollow): boolean {
  const isSame = (wished: string | undefined, shown: string | undefined): boolean =>
    wished === undefined || wished.trim() === (shown ?? '').trim();
  return (
    isSame(wish.remark, follow.remark) &&
    isSame(wish.description, follow.description) &&
    isSame(wish.remarkCorpName, follow.remarkCorpName) &&
    (wish.phones === undefined || digitsOf(wish.phones) === digitsOf(follow.remarkMobiles))
  );
}

function digitsOf(phones: readonly string[]): string {
  return [...new Set(phones.map(normalisePhone))].sort().join(' ');
}
