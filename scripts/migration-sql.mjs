import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.join(import.meta.dirname, '..');
const compiled = path.join(root, 'dist/migrations');
const output = path.join(root, '.cache/migration-sql');

/**
 * Writes the SQL of each migration to .cache/migration-sql by running the compiled migration on a query runner that only
 * records, for a linter that reads SQL files. Needs a built dist/.
 * @returns {Promise<string[]>} the files, relative to the root
 */
export async function writeMigrationSql() {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const files = readdirSync(compiled).filter((file) => file.endsWith('.js'));
  return Promise.all(files.sort().map(writeOne));
}

async function writeOne(file) {
  const exported = await import(pathToFileURL(path.join(compiled, file)).href);
  const [Migration] = Object.values(exported);
  const statements = [];
  const record = async (sql) => {
    statements.push(`${sql.trim().replace(/;$/, '')};`);
    return [];
  };
  const migration = new Migration();
  await migration.up({ query: record });
  const inTransaction = migration.transaction === false ? statements : ['BEGIN;', ...statements, 'COMMIT;'];
  // What `migrate` sets for the whole connection.
  const sql = ["SET lock_timeout = '5s';", ...inTransaction].join('\n\n');
  const target = path.join(output, file.replace(/\.js$/, '.sql'));
  writeFileSync(target, `${sql}\n`);
  return path.relative(root, target);
}
