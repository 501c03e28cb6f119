/** 2025-01-01 00:00 +08:00. A fixed past keeps the same seed byte-equal whenever it is used. */
export const PAST = 1_735_660_800;
export const DAY = 86_400;
