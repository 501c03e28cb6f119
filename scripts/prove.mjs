#!/usr/bin/env node
/**
 * `npm run prove -- NAME…`: laws at their full size, one after the other; without a name all of them. `SEED=…` repeats a
 * run. Each result replaces the law's row in docs/proof.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildIfStale } from './build-if-stale.mjs';
import { withTestServer } from './test-server.mjs';

const root = path.join(import.meta.dirname, '..');
const PROOF = path.join(root, 'docs/proof.md');
process.chdir(root);

const laws = readdirSync('test/laws')
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => file.replace('.test.ts', ''));
const named = process.argv.slice(2);
const unknown = named.filter((name) => !laws.includes(name));
if (unknown.length > 0) {
  console.error(`There is no law ${unknown.join(', ')}. There are: ${laws.join(', ')}`);
  process.exit(2);
}

await buildIfStale();
if (spawnSync(process.execPath, ['scripts/client.mjs'], { stdio: 'inherit' }).status !== 0) process.exit(1); // laws call by it
await withTestServer(() => {
  for (const name of named.length > 0 ? named : laws) prove(name);
});

function prove(name) {
  const report = path.join(root, `.cache/prove/${name}.json`);
  rmSync(report, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--runInBand',
      '--forceExit',
      `test/laws/${name}.test.ts`,
    ],
    { stdio: 'inherit', env: { ...process.env, PROVE: 'full' } },
  );
  if (status !== 0 || !existsSync(report)) {
    console.error(`${name} does not hold`);
    process.exitCode = 1;
    return;
  }
  record(name, JSON.parse(readFileSync(report, 'utf8')));
  console.log(`${name} holds; docs/proof.md says so`);
}

function record(name, { seed, seconds, figures, notes }) {
  const date = new Date().toISOString().slice(0, 10);
  const row = `| ${name} | ${date} | ${seed} | ${seconds} s | ${listed(figures)} | ${listed(notes)} |`;
  const lines = readFileSync(PROOF, 'utf8').trimEnd().split('\n');
  const known = lines.findIndex((line) => line.startsWith(`| ${name} |`));
  if (known >= 0) lines[known] = row;
  else lines.splice(lines.findLastIndex((line) => line.startsWith('|')) + 1, 0, row);
  writeFileSync(PROOF, `${lines.join('\n')}\n`);
}

function listed(values) {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
