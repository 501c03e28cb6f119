#!/usr/bin/env node
/**
 * `npm run bench -- NAME…`: prints `ratio NAME value target` for each promise, higher is better; without a name all of
 * them. Ends with 1 when a value is below its target.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { buildIfStale } from './build-if-stale.mjs';
import { compiledPath } from './compiled-sources.mjs';
import { withTestServer } from './test-server.mjs';

const root = path.join(import.meta.dirname, '..');
process.chdir(root);

const benches = readdirSync('bench')
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''));
const named = process.argv.slice(2);
const unknown = named.filter((name) => !benches.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${benches.join(', ')}`);
  process.exit(2);
}

await buildIfStale();
await withTestServer(() => {
  for (const name of named.length > 0 ? named : benches) {
    console.log(`── ${name}`);
    const { status } = spawnSync(
      process.execPath,
      ['--enable-source-maps', '--expose-gc', compiledPath(`bench/${name}.bench.ts`)],
      { stdio: 'inherit' },
    );
    if (status !== 0) process.exitCode = 1;
  }
});
