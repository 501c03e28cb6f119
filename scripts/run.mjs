#!/usr/bin/env node
/** `node scripts/run.mjs cli/migrate …`: builds when needed, then runs dist/src/<entry>.js with the other arguments. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale } from './build-if-stale.mjs';

const root = path.join(import.meta.dirname, '..');
process.chdir(root);
if (existsSync('.env')) process.loadEnvFile('.env');

try {
  await buildIfStale();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const [node, , entry, ...rest] = process.argv;
const file = path.join(root, 'dist/src', `${entry}.js`);
process.argv = [node, file, ...rest];
await import(pathToFileURL(file).href);
