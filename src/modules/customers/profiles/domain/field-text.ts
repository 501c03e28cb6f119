import type { FieldChoice, FieldDefinition, FieldValue } from './field-definition.js';
import { type ParsedValue, parseFieldValue, PATH_SEPARATOR } from './field-value.js';

/*
 * Values as people write them into the cells of a table. What `fieldToText` writes, `fieldFromText` reads back to the same
 * value; so a table that was exported can be corrected and imported.
 */

const LIST_SEPARATOR = '、';
const ANY_LIST_SEPARATOR = /[、,，;；|\n]/;
const DAY = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;
const YUAN = /^([-+]?)(\d{1,13})(?:\.(\d{1,2}))?$/;
const FEN_PER_YUAN = 100;
const YES = new Set(['true', '1', 'yes', 'y', '是', '有']);
const NO = new Set(['false', '0', 'no', 'n', '否', '无']);

/** A cell that is not empty. Amounts are in 元; choices by key or by label. */
export function fieldFromText(definition: FieldDefinition, cell: string): ParsedValue {
  return parseFieldValue(definition, rawOf(definition, cell.trim()));
}

/** Amounts in 元, choices by their label. */
export function fieldToText(definition: FieldDefinition, value: FieldValue, language: 'zh' | 'en'): string {
  const { type, choices } = definition;
  switch (type) {
    case 'amount':
      return (Number(value) / FEN_PER_YUAN).toFixed(2);
    case 'boolean':
      return language === 'zh' ? (value === true ? '是' : '否') : String(value);
    case 'choice':
      return labelOf(choices, String(value), undefined, language);
    case 'choices':
      return listOf(value)
        .map((key) => labelOf(choices, key, undefined, language))
        .join(LIST_SEPARATOR);
    case 'multi_level':
      return listOf(value)
        .map((key, index, path) => labelOf(choices, key, path[index - 1], language))
        .join(PATH_SEPARATOR);
    case 'text':
    case 'number':
    case 'date':
      return String(value);
  }
}

/** What does not read as the type stays as it is, and the field's own check names what is wrong. */
function rawOf({ type, choices }: FieldDefinition, cell: string): unknown {
  switch (type) {
    case 'text':
      return cell;
    case 'number':
      return cell === '' ? cell : numberOr(cell);
    case 'amount':
      return fenOr(cell);
    case 'date':
      return dayOr(cell);
    case 'boolean':
      return YES.has(cell.toLowerCase()) ? true : NO.has(cell.toLowerCase()) ? false : cell;
    case 'choice':
      return keyOf(choices, cell, undefined);
    case 'choices':
      return split(cell, ANY_LIST_SEPARATOR).map((part) => keyOf(choices, part, undefined));
    case 'multi_level': {
      const path: string[] = [];
      for (const part of split(cell, PATH_SEPARATOR)) path.push(keyOf(choices, part, path.at(-1)));
      return path;
    }
  }
}

function numberOr(cell: string): number | string {
  const number = Number(cell.replaceAll(',', ''));
  return Number.isNaN(number) ? cell : number;
}

/** By its digits: 1.15 × 100 is not 115 in binary. */
function fenOr(cell: string): number | string {
  const [, sign = '', yuan, fen = ''] = YUAN.exec(cell.replaceAll(',', '').replace(/^[¥￥]/, '')) ?? [];
  if (yuan === undefined) return cell;
  const amount = Number(yuan) * FEN_PER_YUAN + Number(fen.padEnd(2, '0'));
  return sign === '-' ? -amount : amount;
}

function dayOr(cell: string): string {
  const [, year = '', month = '', day = ''] = DAY.exec(cell) ?? [];
  return year === '' ? cell : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function split(cell: string, separator: RegExp | string): string[] {
  return cell
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function keyOf(choices: readonly FieldChoice[], text: string, parent: string | undefined): string {
  const here = choices.filter((choice) => choice.parent === parent);
  const found = here.find(({ key }) => key === text) ?? here.find(({ zh, en }) => zh === text || en === text);
  return found?.key ?? text;
}

/** A label that reads as the key of another choice, or stands twice, would be read back wrongly: then the key. */
function labelOf(
  choices: readonly FieldChoice[],
  key: string,
  parent: string | undefined,
  language: 'zh' | 'en',
): string {
  const label = choices.find((choice) => choice.key === key && choice.parent === parent)?.[language] ?? key;
  const isSafe =
    keyOf(choices, label, parent) === key &&
    !ANY_LIST_SEPARATOR.test(label) &&
    !label.includes(PATH_SEPARATOR);
  return isSafe ? label : key;
}

function listOf(value: FieldValue): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
