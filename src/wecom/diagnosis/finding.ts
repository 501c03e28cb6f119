import type { Texts } from './advice.js';

/** What is looked at. The first part of a finding's code. */
export const areas = [
  'corp',
  'token',
  'trusted_address',
  'visible_range',
  'directory',
  'customer_contact',
  'corp_tags',
  'group_chats',
  'welcome',
  'messages',
  'media',
  'staff_listing',
  'callback_url',
  'callback_events',
] as const;
export type Area = (typeof areas)[number];

/** From good to bad: the state of a check is the worst of its findings. */
export const findingStates = ['ok', 'warning', 'unknown', 'failed'] as const;
export type FindingState = (typeof findingStates)[number];

export interface Finding {
  /** `<area>.<what>`; never changes. */
  readonly code: `${Area}.${string}`;
  readonly area: Area;
  readonly state: FindingState;
  /** Undefined for what concerns the corp as a whole. */
  readonly appId: string | undefined;
  /** WeCom's, when it refused. */
  readonly errcode?: number;
  readonly text: Texts;
  /** Undefined when there is nothing to do. */
  readonly nextStep?: Texts;
}

export function worstOf(findings: readonly Finding[]): FindingState {
  const worst = Math.max(0, ...findings.map(({ state }) => findingStates.indexOf(state)));
  return findingStates[worst] ?? 'ok';
}
