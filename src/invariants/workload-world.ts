/* What the traffic of check:invariants is made of. */

/** By the share of all steps up to which each is chosen. */
export const STEPS = [
  ['earn', 0.24],
  ['spend', 0.36],
  ['takeBack', 0.46],
  ['hold', 0.52],
  ['resolve', 0.58],
  ['exchange', 0.63],
  ['cancel', 0.66],
  ['checkIn', 0.69],
  ['order', 0.73],
  ['fade', 0.76],
  ['sweep', 0.78],
  ['freeze', 0.8],
  ['coupon', 1],
] as const;

const GIFT = { key: 'gift', kind: 'points', nameZh: '升级礼', nameEn: 'Gift', every: 'once', points: 5 };
export const LEVELS = [
  { key: 'bronze', nameZh: '青铜', nameEn: 'Bronze', threshold: 0 },
  { key: 'silver', nameZh: '白银', nameEn: 'Silver', threshold: 40, benefits: [GIFT] },
  { key: 'gold', nameZh: '黄金', nameEn: 'Gold', threshold: 150, benefits: [GIFT] },
];
export const MEDAL = {
  key: 'saver',
  kind: 'medal',
  nameZh: '积分达人',
  nameEn: 'Saver',
  rule: { kind: 'earned', ref: 'points', count: 100 },
};
export const RULE = {
  name: '消费积分',
  trigger: 'order_paid',
  amount: { kind: 'perUnit', property: 'amount', per: 1_000, points: 1 },
  caps: [
    { of: 'rule', per: 'member', period: 'day', points: 60 },
    { of: 'program', per: 'all', period: 'month', points: 5_000 },
  ],
};
