/** WeCom lets the corp choose in 群发助手 how often one customer receives mass messages; no API tells which (page 92135). */
export const massSendLimits = ['per_day_1', 'per_week_7', 'per_month_days'] as const;
export type MassSendLimit = (typeof massSendLimits)[number];

export const corpStates = ['active', 'disconnected'] as const;
export type CorpState = (typeof corpStates)[number];
