import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');

describe('lint of the migrations', () => {
  it('sees a migration that would lock writers out', () => {
    const file = 'test/architecture-fixtures/migration/locks-writers-out.sql';
    const { status, stdout } = spawnSync(
      path.join(ROOT, 'node_modules/.bin/squawk'),
      ['--config', '.squawk.toml', '--reporter', 'gcc', file],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stdout).toContain('adding-required-field');
    expect(stdout).toContain('require-concurrent-index-creation');
  });
});
