import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { allErrors } from '../../src/platform/errors/app-error.js';
import { openApiOfThisBuild } from '../../src/openapi.js';

interface Content {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { value: { code: string } }>;
}
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  pattern?: string;
  format?: string;
  maxLength?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
}
interface Operation {
  operationId: string;
  summary: string;
  security: object[];
  parameters?: { name: string; in: string; schema?: Schema }[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { content?: Record<string, Content> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const ROOT = path.join(import.meta.dirname, '../..');
let document: Document;
let operations: [string, Operation][];

beforeAll(async () => {
  document = JSON.parse(JSON.stringify(await openApiOfThisBuild())) as Document;
  operations = Object.entries(document.paths).flatMap(([url, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [`${method} ${url}`, operation]),
  );
});

const successOf = (operation: Operation) =>
  Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
const problemsOf = (operation: Operation) =>
  Object.values(operation.responses).flatMap(({ content }) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}),
  );

describe('the OpenAPI document', () => {
  it('is 3.1 and describes operations', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.length).toBeGreaterThan(20);
  });

  it('is valid in the eyes of redocly, and so are its examples', async () => {
    const folder = path.join(ROOT, '.cache');
    const [file, config] = [path.join(folder, 'openapi-test.json'), path.join(folder, 'redocly-test.yaml')];
    await mkdir(folder, { recursive: true });
    await writeFile(file, JSON.stringify(document));
    await writeFile(config, 'extends: [spec]\nrules:\n  no-invalid-media-type-examples: error\n');
    const redocly = path.join(ROOT, 'node_modules/@redocly/cli/bin/cli.js');
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const lint = promisify(execFile)(
      process.execPath,
      [redocly, 'lint', '--config', config, '--format', 'json', file],
      { env },
    );
    const { stdout } = await lint.catch((error: { stdout: string }) => error);
    const { problems } = JSON.parse(stdout) as {
      problems: { message: string; location: { pointer: string }[] }[];
    };
    expect(problems.map(({ message, location }) => [message, location[0]?.pointer])).toEqual([]);
  }, 60_000);

  it('names each operation once, in both languages, and asks each for a key', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, { operationId, summary, security }] of operations) {
      expect([name, operationId]).toEqual([name, expect.stringMatching(/^[a-z-]+\.[a-z_]+$/)]);
      expect([name, summary]).toEqual([name, expect.stringMatching(/^[\x20-\x7e]+ · .*[\u4e00-\u9fff]/)]);
      expect([name, security]).toEqual([name, [{ apiKey: [] }]]);
    }
  });

  it('shows an example of each body and each answer', () => {
    for (const [name, operation] of operations) {
      const [status, success] = successOf(operation) ?? [];
      expect([name, status]).toEqual([name, expect.stringMatching(/^2/)]);
      const contents = [
        ...Object.values(operation.requestBody?.content ?? {}),
        ...Object.values(success?.content ?? {}),
      ];
      if (status !== '204') expect([name, contents.length]).toEqual([name, expect.any(Number)]);
      for (const { example } of contents) expect([name, example]).toEqual([name, expect.anything()]);
    }
  });

  it('lists every error code, and only declared ones', () => {
    const declared = new Set(allErrors().map(({ code }) => code));
    for (const [name, operation] of operations) {
      const codes = problemsOf(operation);
      expect([name, codes]).toEqual([
        name,
        expect.arrayContaining([
          'auth.key_required',
          'auth.scope_missing',
          'http.rate_limited',
          'http.unavailable',
        ]),
      ]);
      expect([name, codes.filter((code) => !declared.has(code))]).toEqual([name, []]);
    }
  });

  it('asks for an Idempotency-Key wherever a POST may answer that it is missing', () => {
    for (const [name, operation] of operations) {
      const has = operation.parameters?.some((parameter) => parameter.name === 'Idempotency-Key') ?? false;
      expect([name, has]).toEqual([name, problemsOf(operation).includes('http.idempotency_key_required')]);
      if (!name.startsWith('post ')) expect([name, has]).toEqual([name, false]);
    }
  });

  it('gives every text and list of a request a maximum', () => {
    const unbounded: string[] = [];
    const walk = (schema: Schema | undefined, at: string, seen: Set<string>): void => {
      if (!schema) return;
      const name = schema.$ref?.split('/').at(-1);
      if (name) {
        if (!seen.has(name)) walk(document.components.schemas[name], at, new Set([...seen, name]));
        return;
      }
      const types = [schema.type].flat();
      const bounded = schema.maxLength ?? schema.enum ?? schema.pattern ?? schema.format;
      if (types.includes('string') && bounded === undefined) unbounded.push(at);
      if (types.includes('array') && schema.maxItems === undefined) unbounded.push(at);
      walk(schema.items, `${at}[]`, seen);
      for (const [key, inner] of Object.entries(schema.properties ?? {})) walk(inner, `${at}.${key}`, seen);
    };
    for (const [name, operation] of operations) {
      for (const { schema } of Object.values(operation.requestBody?.content ?? {}))
        walk(schema, name, new Set());
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === 'query') walk(parameter.schema, `${name}?${parameter.name}`, new Set());
      }
    }
    expect(unbounded).toEqual([]);
  });
});
