import fc from 'fast-check';
import { ExportWork } from '../../../src/modules/customers/exchange/use-cases/export-work.js';
import { csvText } from '../../../src/modules/customers/exchange/formats/csv-text.js';
import { parsePublicId } from '../../../src/platform/context/typed-id.js';
import { type ColumnTarget, ExchangeWorld } from './exchange-world.js';

let world: ExchangeWorld;

beforeAll(async () => {
  world = await ExchangeWorld.start();
});
afterAll(async () => world.close());

const MAPPING: ColumnTarget[] = [
  { column: 'external_id:crm', to: 'identifier', kind: 'external_id', namespace: 'crm' },
  { column: 'phone', to: 'identifier', kind: 'phone' },
  { column: 'name', to: 'field', field: 'name' },
  { column: 'birthday', to: 'field', field: 'birthday' },
  { column: 'score', to: 'field', field: 'score' },
  { column: 'region', to: 'field', field: 'region' },
];
const COLUMNS = MAPPING.map(({ column }) => column);

async function runExport(corp: ExchangeWorld, body: object, key = corp.key) {
  const made = await corp.call('POST', '/v1/customer-exports', { name: '客户', ...body }, key);
  if (made.status !== 202) return made;
  await work(corp, made.body.id);
  return corp.call('GET', `/v1/customer-exports/${made.body.id}/file`, undefined, key);
}

function work(corp: ExchangeWorld, id: string, signal = new AbortController().signal): Promise<void> {
  const payload = { corpId: corp.corpId, exportId: parsePublicId('exp', id) ?? '' };
  return world.http.get(ExportWork).run(payload, { attempt: 1, attemptsMax: 2, signal });
}

async function filled(count: number): Promise<ExchangeWorld> {
  const corp = await world.newCorp();
  const rows = Array.from({ length: count }, (_, n) => [
    `C-${n}`,
    `13800${String(n).padStart(6, '0')}`,
    `客户${n}`,
    '1990-05-20',
    n,
    '广东省/深圳市',
  ]);
  await corp.import(csvText([COLUMNS, ...rows]), MAPPING);
  return corp;
}

describe('an export', () => {
  it('imported again gives the same values, whatever letters they have', async () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
      .filter(
        (value) => value.trim() === value && !/[\0\p{Surrogate}\uFFFD\uFEFF]/u.test(value) && value !== '',
      );
    const evil = fc.constantFrom(
      '=1+1',
      "'=x",
      '+86',
      '-1',
      '@a',
      'a"b',
      'x,y',
      'a\nb',
      '_x0041_',
      '＝1',
      '张三',
      '<&>',
    );
    const names = fc.sample(fc.oneof(text, evil), 60);
    const [from, csvTo, xlsxTo] = [await world.newCorp(), await world.newCorp(), await world.newCorp()];
    const rows = names.map((name, n) => [`C-${n}`, null, name, null, (n - 30) * 0.375, '广东省/深圳市']);
    expect(await from.import(csvText([COLUMNS, ...rows]), MAPPING)).toMatchObject({ created: 60, broken: 0 });
    const key = await from.keyOf('auditor', ['customers:reveal']);
    for (const [format, to] of [
      ['csv', csvTo],
      ['xlsx', xlsxTo],
    ] as const) {
      const file = await runExport(from, { format, columns: COLUMNS, reveal: true }, key);
      expect(await to.import(file.bytes, MAPPING, { format })).toMatchObject({ created: 60, broken: 0 });
      expect(await to.content()).toEqual(await from.content());
    }
  });

  it('masks what is personal, unless the key may reveal and asks, which is audited', async () => {
    const corp = await filled(2);
    const plain = await runExport(corp, { format: 'csv', columns: COLUMNS });
    expect(plain.text.split('\r\n')[1]).toBe('****,138****0000,客户0,,0,广东省/深圳市');
    expect((await runExport(corp, { format: 'csv', reveal: true })).body.code).toBe(
      'customers.reveal_scope_missing',
    );
    const key = await corp.keyOf('auditor', ['customers:reveal']);
    const whole = await runExport(corp, { format: 'csv', columns: COLUMNS, reveal: true }, key);
    expect(whole.text.split('\r\n')[1]).toBe('C-0,13800000000,客户0,1990-05-20,0,广东省/深圳市');
    const [made] = (await corp.call('GET', '/v1/customer-exports')).body.items;
    expect((await corp.call('GET', `/v1/customer-exports/${made.id}/file`)).body.code).toBe(
      'customers.reveal_scope_missing',
    );
    const trail = await corp.sql<{ action: string }>(
      `SELECT action FROM platform.audit_entries WHERE corp_id = $1 AND actor_label = 'auditor' ORDER BY at, id`,
      [corp.corpId],
    );
    expect(trail.map(({ action }) => action).sort()).toEqual([
      'customers.create_export',
      'customers.download_revealed_export',
      'customers.reveal_export',
    ]);
    const parts = await corp.sql<{ bytes: Buffer }>(
      'SELECT bytes FROM customers.exchange_file_parts WHERE corp_id = $1',
      [corp.corpId],
    );
    expect(parts.some(({ bytes }) => bytes.includes('13800000000'))).toBe(false);
  });

  it('goes on where it was stopped, and is downloaded from any byte on', async () => {
    const corp = await filled(1_100);
    const made = await corp.call('POST', '/v1/customer-exports', {
      name: 'a/b"\r\n客户',
      format: 'xlsx',
      columns: ['name', 'score'],
    });
    expect(made.status).toBe(202);
    const path = `/v1/customer-exports/${made.body.id}`;
    await work(corp, made.body.id, AbortSignal.abort());
    expect((await corp.call('GET', path)).body).toMatchObject({ state: 'running', rows: 500 });
    expect((await corp.call('GET', `${path}/file`)).body.code).toBe('customers.export_not_ready');
    await work(corp, made.body.id);
    const whole = await corp.call('GET', `${path}/file`);
    expect(whole.headers['content-disposition']).toBe(
      `attachment; filename="a_b_____.xlsx"; filename*=UTF-8''${encodeURIComponent('a_b___客户.xlsx')}`,
    );
    expect(Number(whole.headers['content-length'])).toBe(whole.bytes.length);
    const again = await world.newCorp();
    const mapping = [
      { column: 'name', to: 'identifier', kind: 'external_id', namespace: 'crm' },
      { column: 'score', to: 'field', field: 'score' },
    ];
    expect(await again.import(whole.bytes, mapping, { format: 'xlsx' })).toMatchObject({
      rowsTotal: 1_100,
      created: 1_100,
    });
    const rest = await world.http.call(corp.key, {
      method: 'GET',
      url: `${path}/file`,
      headers: { range: 'bytes=1000-' },
    });
    expect([rest.statusCode, rest.headers['content-range']]).toEqual([
      206,
      `bytes 1000-${whole.bytes.length - 1}/${whole.bytes.length}`,
    ]);
    expect(rest.rawPayload.equals(whole.bytes.subarray(1_000))).toBe(true);
  });

  it('takes a filter, and streams NDJSON as the API shows it', async () => {
    const corp = await filled(4);
    const filter = { fields: [{ key: 'score', min: 2 }] };
    const file = await runExport(corp, {
      format: 'ndjson',
      filter,
      columns: ['id', 'phone', 'region', 'score'],
    });
    expect(file.headers['content-type']).toBe('application/x-ndjson');
    expect(
      file.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { phone: ['138****0002'], region: ['广东省', '深圳市'], score: 2 },
      { phone: ['138****0003'], score: 3 },
    ]);
    for (const [body, code] of [
      [{ filter: { phones: ['13800000000'] } }, 'customers.export_filter_personal'],
      [{ filter: { fields: [{ key: 'birthday', from: '1990-01-01' }] } }, 'customers.export_filter_personal'],
      [{ columns: ['nothing'] }, 'customers.export_column_unknown'],
      [{ columns: ['external_id'] }, 'customers.export_column_unknown'],
    ] as const)
      expect((await runExport(corp, { format: 'csv', ...body })).body.code).toBe(code);
  });

  it('is another corp\u2019s as if it were not there, and leaves with a cancellation', async () => {
    const [mine, theirs] = [await world.newCorp(), await filled(1)];
    const made = await theirs.call('POST', '/v1/customer-exports', { name: 'a', format: 'csv' });
    for (const guess of [made.body.id, 'exp_01jd3q4mfaeq6v5c0qd8y3y5za', 'x'])
      for (const part of ['', '/file'])
        expect((await mine.call('GET', `/v1/customer-exports/${guess}${part}`)).body.code).toBe(
          'customers.export_not_found',
        );
    await theirs.call('POST', `/v1/operations/${made.body.operationId}/cancel`);
    await work(theirs, made.body.id);
    expect((await theirs.call('GET', `/v1/customer-exports/${made.body.id}`)).body).toMatchObject({
      state: 'cancelled',
      rows: 0,
    });
  });
});
