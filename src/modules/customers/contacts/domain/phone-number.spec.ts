import fc from 'fast-check';
import { maskPhone, normalisePhone } from './phone-number.js';

describe('phone numbers', () => {
  it.each([
    ['13800001234', '13800001234'],
    ['+86 138-0000-1234', '13800001234'],
    ['0086 13800001234', '13800001234'],
    ['１３８００００１２３４', '13800001234'],
    ['010-6512 3456', '01065123456'],
    ['+852 9123 4567', '85291234567'],
    ['8612345', '8612345'],
    ['', ''],
  ])('reads %s as %s', (written, digits) => expect(normalisePhone(written)).toBe(digits));

  it.each([
    ['13800001234', '138****1234'],
    ['+86 138 0000 1234', '138****1234'],
    ['12345678', '123****5678'],
    ['1234567', '****67'],
    ['12345', '****45'],
    ['1234', '****'],
    ['', '****'],
  ])('shows %s as %s', (written, shown) => expect(maskPhone(written)).toBe(shown));

  it('never shows a whole number, and is stable when applied to what it has read', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9 -]{0,20}$/), (written) => {
        const digits = normalisePhone(written);
        expect(normalisePhone(digits).length).toBeLessThanOrEqual(digits.length);
        if (digits.length > 0) expect(maskPhone(written).replace(/\D/g, '')).not.toBe(digits);
      }),
    );
  });
});
