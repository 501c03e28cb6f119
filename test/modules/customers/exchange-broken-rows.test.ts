import fc from 'fast-check';
import { csvText } from '../../../src/modules/customers/exchange/formats/csv-text.js';
import { type ColumnTarget, ExchangeWorld } from './exchange-world.js';

const MAPPING: ColumnTarget[] = [
  { column: 'crm', to: 'identifier', kind: 'external_id', namespace: 'crm' },
  { column: 'phone', to: 'identifier', kind: 'phone' },
  { column: 'mail', to: 'identifier', kind: 'email' },
  { column: 'name', to: 'field', field: 'name' },
  { column: 'birthday', to: 'field', field: 'birthday' },
  { column: 'gender', to: 'field', field: 'gender' },
  { column: 'score', to: 'field', field: 'score' },
  { column: 'stage', to: 'field', field: 'stage' },
];
const COLUMNS = MAPPING.map(({ column }) => column);

/** What a cell may be, with the code of what is wrong with it: a reference that shares no line with the importer. */
type Kind = readonly [cell: fc.Arbitrary<string>, code: string | undefined];
const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${length - 1}}$`));
const some = (...cells: string[]) => fc.constantFrom(...cells);
const KINDS: Record<string, readonly Kind[]> = {
  phone: [
    [digits(10).map((tail) => `1${tail}`), undefined],
    [some('abc', '12', '-', '1.38E+10', '电话'), 'identifier_invalid'],
    [some('\uFFFD138'), 'unreadable'],
  ],
  mail: [
    [some(''), undefined],
    [some('a', 'a@', '@b.cn', 'a b@c.cn', 'a@b'), 'identifier_invalid'],
  ],
  name: [
    [some('张三', '=1+1', "O'Neil", 'a\nb', 'x;y,"z"', ''), undefined],
    [fc.constant('长'.repeat(501)), 'too_long'],
    [some('a\uFFFDb'), 'unreadable'],
  ],
  birthday: [
    [some('1990-05-20', '1990/5/20', '1990年5月20日', '2000-02-29', ''), undefined],
    [some('1990-02-30', '1999-02-29', '20.05.1990', '13', 'yesterday', '2990-01-01'), 'date'],
  ],
  gender: [
    [some('male', '男', 'Female', ''), undefined],
    [some('M', '2', 'männlich'), 'not_allowed'],
  ],
  score: [
    [some('0', '-3.5', '1,200', '1e3', ''), undefined],
    [some('x', '1..2', '12 points'), 'number'],
    [some('1e16'), 'too_large'],
    [some('-1e16'), 'too_small'],
  ],
  stage: [
    [some('new', '无效/联系不上', ''), undefined],
    [some('nowhere', 'new/price'), 'not_allowed'],
    [some('invalid'), 'path'],
  ],
};

interface Made {
  readonly cells: readonly string[];
  readonly problems: readonly string[];
}

/** Mostly valid cells; every kind of broken one; sometimes a cell too many, sometimes nobody to be about. */
function rowOf(n: number): fc.Arbitrary<Made> {
  const cells = COLUMNS.slice(1).map((column) =>
    fc.oneof(
      ...(KINDS[column] ?? []).map(([cell, code]) => ({
        weight: code ? 1 : 6,
        arbitrary: cell.map((text) => ({ text, problem: code && `${column} ${code}` })),
      })),
    ),
  );
  return fc.tuple(fc.tuple(...cells), fc.integer({ min: 0, max: 19 })).map(([made, luck]): Made => {
    const nobody = luck === 0;
    const problems = made.flatMap(({ problem }) => problem ?? []);
    const texts = made.map(({ text }) => text);
    if (nobody && problems.length === 0)
      return { cells: ['', '', '', '张三', ...texts.slice(3)], problems: ['crm identifier_missing'] }; // an empty row is none
    const extra = luck === 1 ? [{ text: 'extra', problem: ' cells_extra' }] : [];
    return {
      cells: [`C-${n}`, ...texts, ...extra.map(({ text }) => text)],
      problems: [...problems, ...extra.map(({ problem }) => problem)],
    };
  });
}

let world: ExchangeWorld;
beforeAll(async () => {
  world = await ExchangeWorld.start();
});
afterAll(async () => world.close());

/** 10,000 rows at its full size; each of them has something wrong, but for one of a hundred. */
it('10,000 broken rows: nothing invalid is imported, and every error is named by row and column', async () => {
  const seed = Date.now() % 2 ** 31;
  process.stdout.write(`broken rows: seed ${seed}\n`);
  const wanted = 10_000;
  const rows: Made[] = [];
  let valid = 0;
  const batches = fc.sample(fc.tuple(...Array.from({ length: 20 }, () => rowOf(0))), {
    seed,
    numRuns: 800,
  });
  for (const made of batches.flat()) {
    if (rows.length - valid === wanted) break;
    if (made.problems.length === 0 && valid > rows.length / 100) continue;
    if (made.problems.length === 0) valid++;
    const [first, ...rest] = made.cells;
    rows.push({ ...made, cells: [first === '' ? '' : `C-${rows.length}`, ...rest] });
  }
  expect(rows.length - valid).toBe(wanted);
  const done = await world.import(csvText([COLUMNS, ...rows.map(({ cells }) => cells)]), MAPPING);
  expect(done).toMatchObject({
    state: 'done',
    broken: wanted,
    rowsTotal: rows.length,
  });
  expect(done.created + done.updated).toBe(valid);

  const expected = rows.flatMap(({ problems }, index) =>
    problems.length > 0 ? [`${index + 2}: ${[...problems].sort().join(', ')}`] : [],
  );
  const reported = await world.sql<{ number: number; problems: { column: string; code: string }[] }>(
    'SELECT number::int, problems FROM customers.import_broken_rows WHERE corp_id = $1 ORDER BY number',
    [world.corpId],
  );
  const found = reported.map(
    ({ number, problems }) =>
      `${number}: ${problems
        .map(({ column, code }) => `${column} ${code}`)
        .sort()
        .join(', ')}`,
  );
  expect(found).toEqual(expected);

  const imported = rows.filter(({ problems }) => problems.length === 0).map(({ cells }) => cells[0] ?? '');
  const [counts] = await world.sql<{ customers: number; crm: number }>(
    `SELECT (SELECT count(*)::int FROM customers.customers WHERE corp_id = $1) AS customers,
            (SELECT count(*)::int FROM customers.identifiers WHERE corp_id = $1 AND kind = 'external_id') AS crm`,
    [world.corpId],
  );
  expect(counts).toEqual({ customers: done.created, crm: imported.length });
}, 60_000);
