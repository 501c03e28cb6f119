import fc from 'fast-check';
import type { Coupon } from '../../life/domain/coupon.js';
import type { CouponTerms } from '../../templates/domain/terms.js';
import { cutOf } from './discount.js';
import { type HeldCoupon, judge, type Use } from './judge.js';
import { momentOf } from './moment.js';
import { type Cart, faultOf, leftOf } from './order.js';

const TERMS: CouponTerms = {
  benefit: { kind: 'fixed', amount: 500 },
  validity: { kind: 'after_claim', startsAfterDays: 0, days: 30 },
  conditions: {},
  stacking: { group: 'g', withOthers: 'all' },
  reversal: 'return',
};
/** A Friday, 23:30 in Shanghai. */
const AT = new Date('2026-11-20T15:30:00Z');
const COUPON: Coupon = {
  id: 'c',
  batchId: 'b',
  customerId: 'me',
  holderId: 'me',
  seq: 1,
  state: 'claimed',
  codeCipher: Buffer.alloc(0),
  source: 'issue',
  sourceId: null,
  channel: null,
  validFrom: new Date('2026-11-01T00:00:00Z'),
  validUntil: new Date('2026-12-01T00:00:00Z'),
  orderId: null,
  lockedUntil: null,
  lockStoreId: null,
  lockDiscount: null,
  returned: false,
  version: 0,
  issuedAt: new Date('2026-11-01T00:00:00Z'),
  stateAt: new Date('2026-11-01T00:00:00Z'),
};
const CART: Cart = {
  lines: [
    { product: 'tea', category: 'drinks', price: 300, quantity: 3 },
    { product: 'cup', category: 'ware', price: 100, quantity: 1 },
  ],
  shipping: 50,
};
const held = (coupon: Partial<Coupon> = {}, terms: Partial<CouponTerms> = {}): HeldCoupon => ({
  coupon: { ...COUPON, ...coupon },
  terms: { ...TERMS, ...terms },
  batchState: 'running',
  timeZone: 'Asia/Shanghai',
});
const use = (over: Partial<Use> = {}): Use => ({ at: AT, orderId: 'o', cart: CART, beside: [], ...over });
const said = (coupon: HeldCoupon, over: Partial<Use> = {}) => {
  const { refusal, cut } = judge(coupon, use(over));
  return refusal ?? cut?.discount;
};
const locked = { state: 'locked', orderId: 'a', lockedUntil: new Date('2026-11-20T16:00:00Z') } as const;

it('keeps to the weekdays and hours of the batch in its own zone', () => {
  const during = (validity: object) => held({}, { validity: { ...TERMS.validity, ...validity } as never });
  expect(said(during({ weekdays: [5] }))).toBe(500);
  expect(said(during({ weekdays: [6, 7] }))).toBe('weekday_excluded');
  expect(said(during({ weekdays: [6] }), { at: new Date('2026-11-20T16:00:00Z') })).toBe(500); // Saturday there, Friday in London
  expect(
    said(
      { ...during({ weekdays: [6] }), timeZone: 'Europe/London' },
      { at: new Date('2026-11-20T16:00:00Z') },
    ),
  ).toBe('weekday_excluded');
  expect(said(during({ hours: [{ from: '23:30', until: '24:00' }] }))).toBe(500);
  expect(said(during({ hours: [{ from: '09:00', until: '23:30' }] }))).toBe('hour_excluded');
  expect(
    said(
      during({
        hours: [
          { from: '09:00', until: '10:00' },
          { from: '22:00', until: '02:00' },
        ],
      }),
    ),
  ).toBe(500);
});

it('knows a coupon by its state, its time and its holder, whose comes first', () => {
  expect(said(held({ state: 'redeemed' }), { person: ['you'] })).toBe('coupon_of_other');
  expect(said(held(), { person: ['you', 'me'] })).toBe(500);
  for (const state of ['redeemed', 'reversed', 'void'] as const)
    expect(said(held({ state }))).toBe(`coupon_${state}`);
  expect(said(held({ state: 'claimable', customerId: null }))).toBe('coupon_unclaimed');
  expect(said(held(), { at: COUPON.validUntil })).toBe('coupon_expired');
  expect(said(held(), { at: new Date(COUPON.validUntil.getTime() - 1) })).toBe(500);
  expect(said(held(), { at: new Date(COUPON.validFrom.getTime() - 1) })).toBe('coupon_not_yet_valid');
  expect(said(held(locked))).toBe('coupon_locked');
  expect(said(held(locked), { orderId: 'a' })).toBe(500);
  expect(said(held(locked), { at: locked.lockedUntil })).toBe(500);
  const { batchState: _, ...running } = held();
  for (const [batchState, answer] of [
    ['ended', 500],
    ['paused', 'batch_not_running'],
    ['void', 'batch_not_running'],
  ] as const)
    expect(said({ ...running, batchState })).toBe(answer);
});

it('lets in what the conditions name', () => {
  const only = (conditions: object, over: object = {}) => held({}, { conditions, ...over });
  expect(said(only({ channels: ['app'] }), { channel: 'app' })).toBe(500);
  expect(said(only({ channels: ['app'] }))).toBe('channel_excluded');
  expect(said(only({ stores: ['s'] }), { store: 't' })).toBe('store_excluded');
  expect(said(only({ levels: ['gold'] }), { level: 'gold' })).toBe(500);
  expect(said(only({ levels: ['gold'] }), { level: 'tin' })).toBe('level_excluded');
  expect(said(only({ products: ['cup'] }))).toBe(100); // no more than the cup costs
  expect(said(only({ categories: ['ware'], products: ['tea'] }))).toBe(500);
  expect(said(only({ products: ['pot'] }))).toBe('products_excluded');
  expect(said(only({ products: ['cup'] }, { minimumSpend: 100 }))).toBe(100);
  expect(said(only({ products: ['cup'] }, { minimumSpend: 101 }))).toBe('minimum_not_reached');
});

it('takes off what each kind of benefit says', () => {
  const off = (benefit: CouponTerms['benefit'], conditions = {}) => {
    const cut = cutOf({ ...TERMS, benefit, conditions }, CART, leftOf(CART));
    return [cut.off, cut.gift?.quantity];
  };
  expect(off({ kind: 'fixed', amount: 101 })).toEqual([[91, 10, 0], undefined]);
  expect(off({ kind: 'percentage', percentOff: 15 })).toEqual([[135, 15, 0], undefined]);
  expect(off({ kind: 'percentage', percentOff: 33, cap: 100 })).toEqual([[90, 10, 0], undefined]);
  const steps = [
    { from: 500, off: 30 },
    { from: 1_000, off: 80 },
    { from: 1_001, off: 200 },
  ];
  expect(off({ kind: 'stepped', steps })).toEqual([[72, 8, 0], undefined]);
  expect(off({ kind: 'exchange', products: ['tea', 'cup'], price: 90 })).toEqual([[210, 0, 0], undefined]);
  expect(off({ kind: 'gift', product: 'tea', quantity: 2 })).toEqual([[600, 0, 0], 2]);
  expect(off({ kind: 'gift', product: 'pot', quantity: 1 })).toEqual([[0, 0, 0], 1]);
  expect(off({ kind: 'shipping' })).toEqual([[0, 0, 50], undefined]);
  expect(off({ kind: 'shipping', cap: 20 })).toEqual([[0, 0, 20], undefined]);
});

it('shares exactly, also where amounts are larger than a product of doubles', () => {
  const big = 1_000_000_000_000;
  const cart = {
    lines: [
      { price: big / 3, quantity: 1 },
      { price: (2 * big) / 3, quantity: 1 },
    ].map((line) => ({ ...line, price: Math.floor(line.price) })),
    shipping: 0,
  };
  const { off, discount } = cutOf(
    { ...TERMS, benefit: { kind: 'fixed', amount: 999_999_999_998 } },
    cart,
    leftOf(cart),
  );
  expect(discount).toBe(999_999_999_998);
  expect(off.every((amount, at) => amount <= (leftOf(cart)[at] ?? 0))).toBe(true);
});

it('gives every line its share to the 分, however large the amounts', () => {
  const price = fc.oneof(
    fc.integer({ min: 1, max: 5_000_000_000 }),
    fc.integer({ min: 0, max: 32 }).map((power) => 2 ** power), // shares without a fraction
  );
  const factor = fc.integer({ min: 100_000, max: 999_000 });
  const bought = fc.oneof(
    fc.record({
      prices: fc.array(price, { minLength: 2, maxLength: 200 }),
      amount: fc.oneof(price, fc.integer({ min: 1, max: 1_000_000_000_000 })),
    }),
    // a second share so little less than `a` that a double does not know it
    fc.tuple(factor, factor).map(([a, b]) => ({ prices: [a * b - 2 - a + b, a + 1], amount: a * b - 1 })),
  );
  fc.assert(
    fc.property(bought, ({ prices, amount }) => {
      const cart = { lines: prices.map((price) => ({ price, quantity: 1 })), shipping: 0 };
      const { off, discount } = cutOf({ ...TERMS, benefit: { kind: 'fixed', amount } }, cart, leftOf(cart));
      const whole = prices.reduce((sum, price) => sum + BigInt(price), 0n);
      const shares = prices.map((price) => Number((BigInt(discount) * BigInt(price)) / whole));
      let rest = discount - shares.reduce((sum, share) => sum + share, 0);
      for (const [at, price] of prices.entries()) {
        const more = Math.min(rest, price - shares[at]!);
        shares[at]! += more;
        rest -= more;
      }
      expect(off).toEqual([...shares, 0]);
    }),
    { numRuns: 300 },
  );
});

it('believes a desk without network only while the order held the coupon', () => {
  const now = new Date('2026-11-20T17:00:00Z');
  const wanted = (minutes: number, id = 'a') => ({
    coupon: { id: 'c' },
    order: { id, total: 1, items: [] },
    at: new Date(locked.lockedUntil.getTime() + minutes * 60_000),
  });
  const coupon = { ...COUPON, ...locked, stateAt: new Date('2026-11-20T15:30:00Z') };
  const during = { at: wanted(-10).at, bookedAt: coupon.stateAt };
  expect(momentOf(coupon, wanted(-10), now)).toEqual(during);
  for (const [minutes, id] of [
    [-40, 'a'],
    [0, 'a'],
    [-10, 'b'],
  ] as const)
    expect(momentOf(coupon, wanted(minutes, id), now)).toEqual({ at: now, bookedAt: now });
  expect(() => momentOf(coupon, wanted(66), now)).toThrow('clock');
  expect(momentOf(coupon, wanted(64), now).at).toEqual(now);
});

it('refuses amounts that are none', () => {
  const order = { id: 'o', total: 100, items: [{ product: 'p', price: 50, quantity: 2 }] };
  expect(faultOf(order)).toBeUndefined();
  expect(faultOf({ ...order, currency: 'EUR' })).toBe('currency_unsupported');
  expect(faultOf({ ...order, total: -100 })).toBe('order_amount_invalid');
  expect(faultOf({ ...order, shipping: 101 })).toBe('order_amount_invalid');
  expect(faultOf({ ...order, items: [{ product: 'p', price: -50, quantity: -2 }] })).toBe(
    'order_amount_invalid',
  );
  expect(faultOf({ ...order, total: 99 })).toBe('order_total_mismatch');
  expect(faultOf({ ...order, total: 110, shipping: 10 })).toBeUndefined();
});
