import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { allErrors } from '../../src/platform/errors/app-error.js';
import { statusOf } from '../../src/platform/http/status-of.js';
import { errorsDocument } from '../support/errors-document.js';

const ROOT = path.join(import.meta.dirname, '../..');
const FILE = path.join(ROOT, 'docs/errors.md');

beforeAll(async () => {
  const files = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.errors.ts')))
    await import(path.join(ROOT, 'src', file));
});

describe('the error catalogue', () => {
  it('is what docs/errors.md says (UPDATE_DOCS=1 npm run jest -- test/contract/errors writes it)', () => {
    const text = errorsDocument(allErrors());
    if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, text);
    expect(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '').toBe(text);
  });

  it('has codes of one form, a text in each language and a status', () => {
    for (const { code, en, zh, kind } of allErrors()) {
      expect(code).toMatch(/^[a-z-]+\.[a-z0-9_]+$/);
      expect([code, en]).toEqual([code, expect.stringMatching(/^[A-Z][^\u4e00-\u9fff]+$/)]);
      expect([code, zh]).toEqual([code, expect.stringMatching(/[\u4e00-\u9fff]/)]);
      expect(statusOf(kind)).toBeGreaterThanOrEqual(400);
    }
  });
});
