import type { CorpId } from '../../platform/context/typed-id.js';
import type { AppOrder } from './app.types.js';

/** WeCom lets the corp choose in 群发助手 how often one customer receives mass messages; no API tells which (page 92135). */
export const massSendLimits = ['per_day_1', 'per_week_7', 'per_month_days'] as const;
export type MassSendLimit = (typeof massSendLimits)[number];

export const corpStates = ['active', 'disconnected'] as const;
export type CorpState = (typeof corpStates)[number];

export interface Corp {
  readonly id: CorpId;
  readonly wecomCorpId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly languages: string[];
  readonly massSendLimit: MassSendLimit;
  readonly state: CorpState;
  readonly createdAt: Date;
}

export type CorpChange = Partial<Pick<Corp, 'name' | 'timeZone' | 'languages' | 'massSendLimit'>>;

export type CorpOrder = Pick<Corp, 'wecomCorpId' | 'name' | 'timeZone' | 'languages' | 'massSendLimit'> & {
  readonly apps: readonly AppOrder[];
};
