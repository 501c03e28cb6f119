import type { ColumnMapping } from '../../src/modules/customers/exchange/domain/mapping.js';

const ROWS_OF_A_PART = 5_000;
const FIELDS = [
  'name',
  'birthday',
  'gender',
  'region',
  'stage',
  'life_stage',
  'source_channel',
  'responsible_staff',
  'score',
  'corp_name',
];

/** Two identifiers and ten fields. */
export const MAPPING: readonly ColumnMapping[] = [
  { column: 'crm', to: 'identifier', kind: 'external_id', namespace: 'crm' },
  { column: 'phone', to: 'identifier', kind: 'phone' },
  ...FIELDS.map((field) => ({ column: field, to: 'field', field }) as const),
];

/** A file in parts, none of which needs the one before. */
export function* partsOf(rows: number): Generator<Buffer> {
  yield Buffer.from(`${MAPPING.map(({ column }) => column).join(',')}\r\n`);
  for (let start = 0; start < rows; start += ROWS_OF_A_PART) {
    const count = Math.min(ROWS_OF_A_PART, rows - start);
    yield Buffer.from(Array.from({ length: count }, (_, index) => rowOf(start + index)).join(''));
  }
}

function rowOf(n: number): string {
  const day = `19${60 + (n % 40)}-0${1 + (n % 9)}-1${n % 10}`;
  const phone = 13_000_000_000 + n * 7;
  const choices = [n % 2 === 0 ? '男' : '女', '广东省/深圳市', 'new', 'active'];
  return `C-${n},${phone},客户${n},${day},${choices.join(',')},channel${n % 20},staff${n % 300},${n % 101},公司${n % 5_000}\r\n`;
}
