import type { Honour } from './honour.js';

type Preset = Pick<Honour, 'key' | 'kind' | 'nameZh' | 'nameEn' | 'mark' | 'rule'>;

const byLevel = (ref: string): Honour['rule'] => ({ kind: 'level', ref, count: null });
const byStreak = (count: number): Honour['rule'] => ({ kind: 'streak', ref: null, count });

/**
 * A medal for each of the four levels (requirements 001-48, 002-09), the mark of a verified member from gold on (004-57),
 * and medals for streaks of a week and of a month (002-10). The keys of the levels are those of the preset table.
 */
export const presetHonours: readonly Preset[] = [
  {
    key: 'bronze',
    kind: 'medal',
    nameZh: '青铜勋章',
    nameEn: 'Bronze medal',
    mark: '🥉',
    rule: byLevel('bronze'),
  },
  {
    key: 'silver',
    kind: 'medal',
    nameZh: '白银勋章',
    nameEn: 'Silver medal',
    mark: '🥈',
    rule: byLevel('silver'),
  },
  { key: 'gold', kind: 'medal', nameZh: '黄金勋章', nameEn: 'Gold medal', mark: '🥇', rule: byLevel('gold') },
  {
    key: 'platinum',
    kind: 'medal',
    nameZh: '铂金勋章',
    nameEn: 'Platinum medal',
    mark: '💎',
    rule: byLevel('platinum'),
  },
  {
    key: 'verified',
    kind: 'privilege',
    nameZh: '大V认证',
    nameEn: 'Verified',
    mark: 'V',
    rule: byLevel('gold'),
  },
  {
    key: 'week-streak',
    kind: 'medal',
    nameZh: '七日之星',
    nameEn: 'Star of the week',
    mark: '🌟',
    rule: byStreak(7),
  },
  {
    key: 'month-streak',
    kind: 'medal',
    nameZh: '满月达人',
    nameEn: 'A month without a gap',
    mark: '🌕',
    rule: byStreak(30),
  },
];
