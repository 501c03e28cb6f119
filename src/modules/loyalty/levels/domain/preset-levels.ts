import type { Level } from './level-table.js';

/**
 * 青铜 白银 黄金 铂金. The thresholds are ours (docs/adr/0024), from what the preset earning rules give in a year: 730 for a
 * check-in each day (+2), 520 for good content each week (+10), 180 for an invitation each month (+15). Silver is eight
 * months of check-ins alone, so everybody who keeps coming gets there; gold is beyond a year of check-ins and about 17
 * months of all three; platinum is four years of all three, or purchases. Each step is three or four times the one below:
 * a program that gives ten times as much multiplies them and keeps the shape. A level is kept by half of what lies
 * between it and the level below, within a year.
 */
export const presetLevels: readonly Level[] = [
  metal('bronze', '青铜', 'Bronze', 0, 0),
  metal('silver', '白银', 'Silver', 500, 250),
  metal('gold', '黄金', 'Gold', 2_000, 750),
  metal('platinum', '铂金', 'Platinum', 6_000, 2_000),
];

function metal(key: string, nameZh: string, nameEn: string, threshold: number, retention: number): Level {
  return { key, nameZh, nameEn, threshold, retention, benefits: [] };
}
