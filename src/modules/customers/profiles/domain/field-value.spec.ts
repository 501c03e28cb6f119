import fc from 'fast-check';
import { areChoicesFitting } from './choices.js';
import type { FieldDefinition, FieldType } from './field-definition.js';
import { fieldFromText, fieldToText } from './field-text.js';
import { parseFieldValue, TEXT_MAX } from './field-value.js';
import { filterColumns, itemsOf } from './filter-columns.js';

const CHOICES = [
  { key: 'gold', zh: '金卡', en: 'Gold' },
  { key: 'silver', zh: '银卡', en: 'Silver' },
  { key: 'odd', zh: 'gold', en: 'a, b' }, // a label that reads as another key, and one with a separator
];
const REGIONS = [
  { key: 'gd', zh: '广东省', en: 'Guangdong' },
  { key: 'sz', zh: '深圳市', en: 'Shenzhen', parent: 'gd' },
  { key: 'gz', zh: '广州市', en: 'Guangzhou', parent: 'gd' },
  { key: 'bj', zh: '北京市', en: 'Beijing' },
];

function field(type: FieldType, more: Partial<FieldDefinition> = {}): FieldDefinition {
  const choices = type === 'multi_level' ? REGIONS : type.startsWith('choice') ? CHOICES : [];
  return {
    key: 'x',
    id: null,
    type,
    zh: 'x',
    en: 'x',
    required: false,
    unique: false,
    defaultValue: null,
    choices,
    wholePath: false,
    readOnly: false,
    personal: false,
    position: 1,
    archived: false,
    ...more,
  };
}

describe('parseFieldValue', () => {
  it.each<[FieldType, unknown, unknown]>([
    ['text', ' 甲 ', '甲'],
    ['text', 'x'.repeat(TEXT_MAX), 'x'.repeat(TEXT_MAX)],
    ['number', -0, 0],
    ['number', 1.5, 1.5],
    ['amount', 1999, 1999],
    ['date', '2024-02-29', '2024-02-29'],
    ['boolean', false, false],
    ['choice', 'gold', 'gold'],
    ['choices', ['silver', 'gold', 'silver'], ['gold', 'silver']],
    ['multi_level', ['gd', 'sz'], ['gd', 'sz']],
    ['multi_level', ['gd'], ['gd']],
  ])('%s takes %j', (type, raw, value) => {
    expect(parseFieldValue(field(type), raw)).toEqual({ ok: true, value });
  });

  it.each<[FieldType, unknown, string]>([
    ['text', 5, 'text'],
    ['text', '  ', 'too_short'],
    ['text', 'a\0', 'text'],
    ['text', '\ud800', 'text'],
    ['text', 'x'.repeat(TEXT_MAX + 1), 'too_long'],
    ['number', '1', 'number'],
    ['number', Number.NaN, 'number'],
    ['number', 1e16, 'too_large'],
    ['amount', 1.5, 'integer'],
    ['date', '2023-02-29', 'date'],
    ['date', '1990-5-20', 'date'],
    ['date', '0990-05-20', 'date'],
    ['boolean', 'true', 'boolean'],
    ['choice', 'bronze', 'not_allowed'],
    ['choices', 'gold', 'list'],
    ['choices', [], 'too_few'],
    ['choices', ['gold', 'bronze'], 'not_allowed'],
    ['multi_level', ['sz'], 'not_allowed'],
    ['multi_level', ['bj', 'sz'], 'not_allowed'],
    ['multi_level', ['gd', 'sz', 'gd'], 'not_allowed'],
    ['multi_level', [['gd']], 'text'],
  ])('%s refuses %j', (type, raw, code) => {
    expect(parseFieldValue(field(type), raw)).toMatchObject({ ok: false, problem: { code } });
  });

  it('asks for the last level where the whole path is wanted', () => {
    expect(parseFieldValue(field('multi_level', { wholePath: true }), ['gd'])).toEqual({
      ok: false,
      problem: { code: 'path', limit: 'sz, gz' },
    });
  });

  it('never throws, and takes again what it has taken', () => {
    const types = fc.constantFrom<FieldType>(
      'text',
      'number',
      'amount',
      'date',
      'boolean',
      'choice',
      'choices',
      'multi_level',
    );
    fc.assert(
      fc.property(types, fc.jsonValue(), (type, raw) => {
        const parsed = parseFieldValue(field(type, { choices: [] }), raw);
        const again = parsed.ok ? parseFieldValue(field(type, { choices: [] }), parsed.value) : parsed;
        expect(again).toEqual(parsed);
      }),
    );
  });
});

describe('cells of a table', () => {
  it.each<[FieldType, string, unknown]>([
    ['number', '1,234.5', 1234.5],
    ['amount', '¥1.15', 115],
    ['amount', '-12', -1200],
    ['date', '1990年5月2日', '1990-05-02'],
    ['date', '1990/05/02', '1990-05-02'],
    ['boolean', '是', true],
    ['boolean', 'No', false],
    ['choice', '银卡', 'silver'],
    ['choices', '银卡；gold', ['gold', 'silver']],
    ['multi_level', '广东省 / 深圳市', ['gd', 'sz']],
  ])('%s reads %s', (type, cell, value) => {
    expect(fieldFromText(field(type), cell)).toEqual({ ok: true, value });
  });

  it.each<[FieldType, string, string]>([
    ['number', 'many', 'number'],
    ['amount', '1.234', 'integer'],
    ['date', '1990/2/30', 'date'],
    ['boolean', 'perhaps', 'boolean'],
    ['choice', '铜卡', 'not_allowed'],
  ])('%s refuses %s', (type, cell, code) => {
    expect(fieldFromText(field(type), cell)).toMatchObject({ problem: { code } });
  });

  it('are read back to the value that was written into them', () => {
    const day = fc.date({ min: new Date('1801-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
    const value = fc.oneof(
      fc.tuple(fc.constant<FieldType>('text'), fc.string({ unit: 'binary' })),
      fc.tuple(fc.constant<FieldType>('number'), fc.double({ noNaN: true, min: -1e15, max: 1e15 })),
      fc.tuple(fc.constant<FieldType>('amount'), fc.integer()),
      fc.tuple(
        fc.constant<FieldType>('date'),
        day.map((at) => at.toISOString().slice(0, 10)),
      ),
      fc.tuple(fc.constant<FieldType>('boolean'), fc.boolean()),
      fc.tuple(fc.constant<FieldType>('choice'), fc.constantFrom('gold', 'silver', 'odd')),
      fc.tuple(fc.constant<FieldType>('choices'), fc.subarray(['gold', 'silver', 'odd'])),
      fc.tuple(fc.constant<FieldType>('multi_level'), fc.constantFrom(['gd'], ['gd', 'sz'], ['bj'])),
    );
    fc.assert(
      fc.property(value, fc.constantFrom('zh' as const, 'en' as const), ([type, raw], language) => {
        const definition = field(type);
        const parsed = parseFieldValue(definition, raw);
        if (!parsed.ok) return;
        expect(fieldFromText(definition, fieldToText(definition, parsed.value, language))).toEqual(parsed);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what filters see', () => {
  it('is one column, or one row for each part', () => {
    expect(filterColumns('amount', 5)).toEqual({ text: null, number: 5, time: null });
    expect(filterColumns('date', '1990-05-20')).toMatchObject({ time: '1990-05-20T00:00:00Z' });
    expect(filterColumns('multi_level', ['gd', 'sz'])).toMatchObject({ text: 'gd/sz' });
    expect(itemsOf('multi_level', ['gd', 'sz'])).toEqual(['gd', 'gd/sz']);
    expect(itemsOf('choices', ['gold', 'silver'])).toEqual(['gold', 'silver']);
    expect(itemsOf('text', 'gold')).toEqual([]);
  });
});

describe('choices of a field', () => {
  it.each<[FieldType, object[], boolean]>([
    ['multi_level', REGIONS, true],
    ['multi_level', [], true],
    ['choice', [], false],
    ['choice', REGIONS, false],
    ['choice', [CHOICES[0] ?? {}, CHOICES[0] ?? {}], false],
    ['choice', [{ key: 'a/b', zh: 'x', en: 'x' }], false],
    [
      'multi_level',
      [
        { key: 'a', zh: 'x', en: 'x', parent: 'b' },
        { key: 'b', zh: 'x', en: 'x', parent: 'a' },
      ],
      false,
    ],
    ['text', CHOICES, false],
  ])('%s with %j: %s', (type, choices, fits) => {
    expect(areChoicesFitting(type, choices as never)).toBe(fits);
  });
});
