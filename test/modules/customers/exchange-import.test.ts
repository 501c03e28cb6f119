import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { csvText } from '../../../src/modules/customers/exchange/formats/csv-text.js';
import {
  sheetBegin,
  sheetEnd,
  sheetRows,
} from '../../../src/modules/customers/exchange/formats/xlsx-text.js';
import { UploadedRows } from '../../../src/modules/customers/exchange/queries/uploaded-rows.js';
import { ImportRows } from '../../../src/modules/customers/exchange/use-cases/import-rows.js';
import { ImportStep } from '../../../src/modules/customers/exchange/use-cases/import-step.js';
import { type ColumnTarget, ExchangeWorld } from './exchange-world.js';

let world: ExchangeWorld;

beforeAll(async () => {
  world = await ExchangeWorld.start();
});
afterAll(async () => world.close());

const MAPPING: ColumnTarget[] = [
  { column: '编号', to: 'identifier', kind: 'external_id', namespace: 'crm' },
  { column: '手机号', to: 'identifier', kind: 'phone' },
  { column: '姓名', to: 'field', field: 'name' },
  { column: '生日', to: 'field', field: 'birthday' },
  { column: '评分', to: 'field', field: 'score' },
];
const HEADER = '编号,手机号,姓名,生日,评分,备注\r\n';
const row = (n: number, more = '') =>
  `C-${n},13800${String(n).padStart(6, '0')},客户${n},1990-01-0${(n % 9) + 1},${n},${more}\r\n`;
const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => row(from + index)).join('');

describe('an import', () => {
  it('makes customers of a file in parts, and the same file again changes nothing', async () => {
    const corp = await world.newCorp();
    const csv = HEADER + rows(1, 601);
    const first = await corp.import(csv, MAPPING);
    expect(first).toMatchObject({ state: 'done', rowsTotal: 601, created: 601, updated: 0, broken: 0 });
    const content = await corp.content();
    expect(content).toContain('customers 601');
    expect(content).toContain('identifiers 1202');
    expect(content).toContain('profiles 601 601');
    const again = await corp.import(csv, MAPPING);
    expect(again).toMatchObject({ state: 'done', created: 0, updated: 601, broken: 0 });
    expect(await corp.content()).toEqual(content);
    const operation = await corp.call('GET', `/v1/operations/${again.operationId}`);
    expect(operation.body).toMatchObject({
      state: 'succeeded',
      done: 601,
      total: 601,
      result: { updated: 601 },
    });
  });

  it('keeps twenty problems of a row and the number of the others', async () => {
    const corp = await world.newCorp();
    const columns = Array.from({ length: 33 }, (_, index) => `邮箱${index}`);
    const mapping = columns.map((column): ColumnTarget => ({ column, to: 'identifier', kind: 'email' }));
    const csv = [columns, columns.map(() => 'none'), columns.map((_, at) => (at < 20 ? 'none' : ''))];
    const { id, broken } = await corp.import(csv.map((cells) => cells.join(',')).join('\n'), mapping);
    expect(broken).toBe(2);
    const [many, few] = await corp.errors(id);
    expect(many?.problems).toHaveLength(21);
    expect(many?.problems.at(-1)).toEqual({
      column: '',
      code: 'problems_more',
      text: 'and 13 more problems',
    });
    expect(few?.problems.map(({ column }) => column)).toEqual(columns.slice(0, 20));
  });

  it('goes on behind the last step, whenever it is stopped, and does nothing twice', async () => {
    const whole = await world.newCorp();
    const stopped = await world.newCorp();
    const csv = HEADER + rows(1, 400) + 'C-x,,,1990-02-31,\r\n' + rows(401, 1_100);
    await whole.import(csv, MAPPING);
    const id = await stopped.upload(Buffer.from(csv), 'csv', 5_000);
    await stopped.start(id, MAPPING);
    const importer = world.http.get(ImportRows);
    const original = importer.import;
    let step = 0;
    importer.import = async function (...args) {
      const imported = await original.apply(this, args);
      if (++step % 2 === 0) throw new Error('the process died before its commit');
      return imported;
    };
    let deaths = 0;
    while ((await stopped.get(id)).state === 'running') {
      await stopped.run(id).catch(() => deaths++);
      if (deaths > 20) break;
    }
    importer.import = original;
    expect(deaths).toBeGreaterThan(1);
    expect(await stopped.get(id)).toMatchObject({ state: 'done', created: 1_100, broken: 1 });
    expect(await stopped.content()).toEqual(await whole.content());
  });

  it('stops between two steps when the process shuts down or the operation is cancelled', async () => {
    const corp = await world.newCorp();
    const id = await corp.upload(Buffer.from(HEADER + rows(1, 600)));
    const { body } = await corp.start(id, MAPPING);
    await corp.run(id, AbortSignal.abort());
    expect(await corp.get(id)).toMatchObject({ state: 'running', created: 500 });
    const cancelled = await corp.call('POST', `/v1/operations/${body.operationId}/cancel`);
    expect(cancelled.status).toBe(200);
    await corp.run(id);
    expect(await corp.get(id)).toMatchObject({ state: 'cancelled', created: 500 });
    expect((await corp.start(id, MAPPING)).status).toBe(202);
    const step = world.http.get(ImportStep);
    const doStep = step.do.bind(step);
    jest.spyOn(step, 'do').mockImplementationOnce(async (...args) => {
      await corp.run(id, AbortSignal.abort()); // another process, believed dead, does this step first and dies then
      return doStep(...args);
    });
    await corp.run(id);
    expect(await corp.get(id)).toMatchObject({ state: 'done', created: 100, updated: 500 });
  });

  it('tries everything in a dry run, writes nothing, and reports the same', async () => {
    const corp = await world.newCorp();
    await corp.import(HEADER + rows(1, 20), MAPPING);
    const before = await corp.content();
    // the last row is about a customer that only this file makes, two steps before
    const csv = `${HEADER}${rows(10, 1_020)}C-1,abc,,31.31.1990,x,\r\n,,nobody,,,\r\n${row(1_000, 'again')}`;
    const tried = await corp.import(csv, MAPPING, { dryRun: true });
    const triedErrors = await corp.errors(tried.id);
    expect(await corp.content()).toEqual(before);
    expect(tried).toMatchObject({ state: 'checked', dryRun: true });
    await corp.start(tried.id, MAPPING);
    await corp.run(tried.id);
    const done = await corp.get(tried.id);
    expect(done).toMatchObject({ state: 'done', created: 1_000, updated: 12, broken: 2 });
    expect([tried.created, tried.updated, tried.broken]).toEqual([done.created, done.updated, done.broken]);
    expect(await corp.errors(done.id)).toEqual(triedErrors);
    expect(
      triedErrors.map((one) => [one.row, ...one.problems.map(({ column, code }) => `${column} ${code}`)]),
    ).toEqual([
      [1_013, '手机号 identifier_invalid', '生日 date', '评分 number'],
      [1_014, '编号 identifier_missing'],
    ]);
  });

  it('finds in a dry run that two rows far apart want the same unique value', async () => {
    const corp = await world.newCorp();
    await corp.sql(
      `INSERT INTO customers.field_definitions (corp_id, id, key, label_zh, label_en, type, required, is_unique, choices,
              whole_path, personal, position, version, created_at, updated_at)
       VALUES ($1, gen_random_uuid(), 'card', '卡号', 'Card', 'text', false, true, '[]', false, false, 2000, 1, now(), now())`,
      [corp.corpId],
    );
    const mapping = [MAPPING[0] as ColumnTarget, { column: 'card', to: 'field', field: 'card' }];
    const lines = Array.from({ length: 900 }, (_, n) => `C-${n},card ${n === 899 ? 3 : n}`);
    const id = await corp.upload(Buffer.from(['编号,card', ...lines].join('\n')));
    for (const dryRun of [true, false]) {
      await corp.start(id, mapping, { dryRun });
      await corp.run(id);
      expect(await corp.get(id)).toMatchObject({ created: 899, broken: 1 });
      expect(await corp.errors(id)).toMatchObject([
        { row: 901, problems: [{ column: 'card', code: 'not_unique' }] },
      ]);
    }
  });

  it('makes only, or updates only, when told so', async () => {
    const corp = await world.newCorp();
    await corp.import(HEADER + rows(1, 3), MAPPING);
    const created = await corp.import(HEADER + rows(3, 5), MAPPING, { mode: 'create_only' });
    expect(created).toMatchObject({ created: 2, updated: 0, broken: 1 });
    expect(await corp.errors(created.id)).toMatchObject([
      { row: 2, problems: [{ code: 'customer_exists' }] },
    ]);
    const updated = await corp.import(HEADER + rows(5, 7), MAPPING, { mode: 'update_only' });
    expect(updated).toMatchObject({ created: 0, updated: 1, broken: 2 });
  });

  it('reads what Chinese Excel writes, and workbooks', async () => {
    const corp = await world.newCorp();
    // 编号;姓名 / A-1;张三
    const gb = Buffer.from('b1e0bac53bd0d5c3fb0a412d313bd5c5c8fd', 'hex');
    const mapping = [MAPPING[0], MAPPING[2]] as ColumnTarget[];
    expect(await corp.import(gb, mapping)).toMatchObject({ state: 'done', created: 1 });
    const begun = sheetBegin(['编号', '姓名', '评分']);
    const piece = sheetRows(
      [
        ['A-1', '张三丰', 7],
        [4567, '数字', null],
      ],
      begun.state,
    );
    const workbook = Buffer.concat([begun.bytes, piece.bytes, sheetEnd(piece.state)]);
    const done = await corp.import(workbook, [...mapping, MAPPING[4] as ColumnTarget], { format: 'xlsx' });
    expect(done).toMatchObject({ state: 'done', created: 1, updated: 1, rowsTotal: 2 });
    expect((await corp.content()).join('\n')).toContain('score 7');
  });

  it('hands the broken rows back as a file that can be corrected and sent again', async () => {
    const corp = await world.newCorp();
    const csv = `${HEADER}C-1,x1,"=cmd|' /C calc'!A0",1990-01-01,1,"a\nb"\r\n${rows(2, 3)}`;
    const tried = await corp.import(csv, MAPPING);
    const file = await corp.call('GET', `/v1/customer-imports/${tried.id}/error-file?language=zh`);
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(file.headers['content-disposition']).toBe(
      `attachment; filename="__ - errors.csv"; filename*=UTF-8''${encodeURIComponent('名单 - errors.csv')}`,
    );
    expect(file.text).toBe(
      `\uFEFF编号,手机号,姓名,生日,评分,备注,错误\r\nC-1,x1,'=cmd|' /C calc'!A0,1990-01-01,1,"a\nb",手机号：不是有效的 phone\r\n`,
    );
    const corrected = await corp.import(file.text.replace('x1', '13900000001'), MAPPING);
    expect(corrected).toMatchObject({ state: 'done', created: 1, broken: 0 });
    expect((await corp.content()).join('\n')).toContain(`name "=cmd|' /C calc'!A0"`);
  });
});

describe('what is refused', () => {
  it('a file that cannot be read to its end, before anything of it is imported', async () => {
    const corp = await world.newCorp();
    const done = await corp.import(`${HEADER}${rows(1, 900)}C-901,"13800`, MAPPING);
    expect(done).toMatchObject({ state: 'failed', errorCode: 'customers.import_quote_unclosed', created: 0 });
    expect(await corp.content()).toContain('customers 0');
    const operation = await corp.call('GET', `/v1/operations/${done.operationId}`);
    expect(operation.body).toMatchObject({ state: 'failed', errorCode: 'customers.import_quote_unclosed' });
  });

  it('mappings that do not fit the file', async () => {
    const corp = await world.newCorp();
    const id = await corp.upload(Buffer.from('编号,姓名,姓名\n1,a,b'));
    const [crm, phone, name] = MAPPING as [ColumnTarget, ColumnTarget, ColumnTarget];
    for (const [mapping, reason] of [
      [[crm, phone], 'column_missing'],
      [[crm, name], 'column_twice'],
      [[{ column: '编号', to: 'field', field: 'name' }], 'no_identifier'],
      [[{ column: '编号', to: 'identifier', kind: 'external_id' }], 'identifier_incomplete'],
      [[crm, { column: '编号', to: 'field', field: 'nothing' }], 'field_unknown'],
      [[crm, { column: '编号', to: 'field', field: 'add_way' }], 'field_read_only'],
    ] as const) {
      const { status, body } = await corp.start(id, [...mapping]);
      expect([status, body.code, body.params.reason]).toEqual([
        422,
        'customers.import_mapping_invalid',
        reason,
      ]);
    }
  });

  it('parts out of bounds, and other bytes under the same number', async () => {
    const corp = await world.newCorp();
    const id = await corp.upload(Buffer.from('编号\n1'));
    const put = (part: string, bytes: string) =>
      corp.call('PUT', `/v1/customer-imports/${id}/parts/${part}`, Buffer.from(bytes));
    expect((await put('1', '编号\n1')).status).toBe(200);
    expect((await put('1', '编号\n2')).body.code).toBe('customers.import_part_differs');
    for (const part of ['0', '1001', 'x', '-1']) expect((await put(part, 'a')).status).toBe(404);
    expect((await put('3', 'a')).status).toBe(200);
    const { body } = await corp.start(id, [MAPPING[0] as ColumnTarget]);
    expect([body.code, body.params.part]).toEqual(['customers.import_part_missing', 2]);
  });

  it('what is in a file to other keys, unless they may reveal, which is audited', async () => {
    const corp = await world.newCorp();
    const id = await corp.upload(Buffer.from('手机号,名字\n13800001234,张三'));
    const path = `/v1/customer-imports/${id}`;
    const own = await corp.call('GET', `${path}/preview`);
    expect(own.body).toMatchObject({
      encoding: 'utf-8',
      delimiter: ',',
      columns: ['手机号', '名字'],
      rows: [{ number: 2, cells: ['13800001234', '张三'] }],
      suggestedMapping: [{ column: '手机号', to: 'identifier', kind: 'phone' }],
    });
    const other = await corp.keyOf('other');
    expect((await corp.call('GET', path, undefined, other)).status).toBe(200);
    for (const part of ['preview', 'error-file'])
      expect((await corp.call('GET', `${path}/${part}`, undefined, other)).body.code).toBe(
        'customers.content_of_others',
      );
    const revealing = await corp.keyOf('auditor', ['customers:reveal']);
    expect((await corp.call('GET', `${path}/preview`, undefined, revealing)).status).toBe(200);
    const trail = await corp.sql(
      `SELECT action FROM platform.audit_entries WHERE corp_id = $1 AND actor_label = 'auditor'`,
      [corp.corpId],
    );
    expect(trail).toEqual([{ action: 'customers.preview_import' }]);
  });

  it('more than two previews at once', async () => {
    const corp = await world.newCorp();
    const id = await corp.upload(Buffer.from('手机号\n13800001234'));
    const preview = () => corp.call('GET', `/v1/customer-imports/${id}/preview`);
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const uploaded = world.http.get(UploadedRows);
    const read = uploaded.preview.bind(uploaded);
    const slow = jest.spyOn(uploaded, 'preview').mockImplementation(async (...asked) => {
      await held;
      return read(...asked);
    });
    const running = [preview(), preview()];
    while (slow.mock.calls.length < 2) await sleep(5);
    expect(await preview()).toMatchObject({ status: 503, body: { code: 'customers.previews_busy' } });
    goOn();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
    slow.mockRejectedValueOnce(new Error('broken'));
    expect((await preview()).status).toBe(500);
    expect((await Promise.all([preview(), preview()])).map(({ status }) => status)).toEqual([200, 200]);
    slow.mockRestore();
  });

  it('every guess of another corp, as if nothing were there', async () => {
    const [mine, theirs] = [await world.newCorp(), await world.newCorp()];
    const id = await theirs.upload(Buffer.from('a\n1'));
    for (const guess of [id, 'imp_01jd3q4mfaeq6v5c0qd8y3y5za', 'x']) {
      const path = `/v1/customer-imports/${guess}`;
      const answers = await Promise.all([
        mine.call('GET', path),
        mine.call('GET', `${path}/errors`),
        mine.call('GET', `${path}/preview`),
        mine.call('GET', `${path}/error-file`),
        mine.call('PUT', `${path}/parts/1`, Buffer.from('a')),
        mine.start(guess, MAPPING),
        mine.call('DELETE', path),
      ]);
      expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(
        answers.map(() => '404 customers.import_not_found'),
      );
    }
  });
});

it('keeps what it takes sealed', async () => {
  const corp = await world.newCorp();
  await corp.upload(Buffer.from(csvText([['手机号'], ['13812345678']])));
  const [part] = await corp.sql<{ bytes: Buffer }>(
    'SELECT bytes FROM customers.exchange_file_parts WHERE corp_id = $1',
    [corp.corpId],
  );
  expect(part?.bytes.includes('13812345678')).toBe(false);
  expect(world.http.logLines.join('\n')).not.toContain('13812345678');
});
