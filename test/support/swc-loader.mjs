/**
 * Lets plain Node run the project's TypeScript in a child process: `node --import ./test/support/swc-loader.mjs file.ts`.
 * Jest transforms only what runs inside Jest, and a chaos test needs a real process that it can kill.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/** Transforming takes half of a start (measured), and chaos tests start many processes. */
const CACHE = path.join(import.meta.dirname, '../../.cache/swc');
const RULES = readFileSync(path.join(import.meta.dirname, '../../.swcrc'), 'utf8');

// Node runs the hooks below on a thread of their own, where this file is loaded a second time.
if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  if (specifier.startsWith('.') && specifier.endsWith('.js')) {
    const url = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(fileURLToPath(url))) return next(url.href, context);
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  return { format: 'module', source: await compile(filename), shortCircuit: true };
}

async function compile(filename) {
  const source = await readFile(filename, 'utf8');
  const key = createHash('sha256').update(RULES).update(filename).update(source).digest('hex');
  const cached = path.join(CACHE, `${key}.js`);
  if (existsSync(cached)) return readFile(cached, 'utf8');
  const { transform } = await import('@swc/core');
  const { code } = await transform(source, { filename, swcrc: true });
  await mkdir(CACHE, { recursive: true });
  await writeFile(`${cached}.${process.pid}`, code);
  await rename(`${cached}.${process.pid}`, cached); // whole or not at all: several processes start at once
  return code;
}
