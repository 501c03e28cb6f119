import fc from 'fast-check';
import {
  asksFor,
  fillIn,
  findUnknownPlaceholder,
  longestBytes,
  PLACEHOLDER_NAMES,
  VALUE_BYTES_MAX,
} from './placeholders.js';

describe('placeholders', () => {
  it('are filled in both languages, with values on one line', () => {
    const values = { customer: ' 陈\n小明 ', staff: 'Lin Tao', department: '朝阳店' };
    expect(fillIn('{客户昵称}好，我是{部门名称}的{员工姓名}', values)).toBe('陈 小明好，我是朝阳店的Lin Tao');
    expect(fillIn('Hi { customer_name }, {staff_name} of {department_name}', values)).toBe(
      'Hi 陈 小明, Lin Tao of 朝阳店',
    );
  });

  it('fall back to what the author or the language says', () => {
    expect(fillIn('{客户昵称}好 {customer_name}', {})).toBe('您好 there');
    expect(fillIn('{客户昵称|朋友}，{员工姓名|小助手|一号}', { customer: ' ', staff: null })).toBe(
      '朋友，小助手|一号',
    );
  });

  it('keep doubled and lonely braces', () => {
    expect(fillIn('{{客户昵称}} { } 5}', { customer: 'x' })).toBe('{客户昵称} { } 5}');
    expect(findUnknownPlaceholder('{{anything}} {{客户昵称}} 5} {')).toBeUndefined();
  });

  it('are refused when unknown', () => {
    expect(findUnknownPlaceholder('{客户昵称}{客户}')).toBe('{客户}');
    expect(findUnknownPlaceholder('{Customer_Name}')).toBe('{Customer_Name}');
    expect(findUnknownPlaceholder('{}')).toBe('{}');
  });

  it('say whether the name of the customer is needed', () => {
    expect(asksFor('{客户昵称|您}', 'customer')).toBe(true);
    expect(asksFor('{{客户昵称}} {员工姓名}', 'customer')).toBe(false);
  });

  it('never make a text longer than it was counted, whatever the values are', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(...PLACEHOLDER_NAMES).map((name) => `{${name}}`),
      fc.constant('{客户昵称|一个很长的后备称呼}'),
    );
    const value = fc.option(fc.string({ unit: 'grapheme', maxLength: 200 }));
    fc.assert(
      fc.property(fc.array(part), value, value, value, (parts, customer, staff, department) => {
        const text = parts.join('');
        const filled = fillIn(text, { customer, staff, department });
        expect(Buffer.byteLength(filled)).toBeLessThanOrEqual(longestBytes(text));
      }),
    );
  });

  it('cut a long value between characters', () => {
    const cut = fillIn('{客户昵称}', { customer: `${'陈'.repeat(31)}👨‍👩‍👧‍👦` });
    expect(cut).toBe('陈'.repeat(31));
    expect(Buffer.byteLength(fillIn('{客户昵称}', { customer: 'x'.repeat(500) }))).toBe(VALUE_BYTES_MAX);
  });
});
