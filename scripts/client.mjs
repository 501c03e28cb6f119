#!/usr/bin/env node
/** `npm run client`: the OpenAPI document of this build into .cache/openapi.json, a typed client for it into test/client/. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildIfStale } from './build-if-stale.mjs';

const root = path.join(import.meta.dirname, '..');
const document = path.join(root, '.cache/openapi.json');
const target = path.join(root, 'test/client');
process.chdir(root);

const generator = path.join(root, 'node_modules/@hey-api/openapi-ts/bin/run.js');
if (!existsSync(generator)) {
  console.error('The generator is a development dependency. Run: npm ci --include=dev');
  console.error('生成器是开发依赖，请运行：npm ci --include=dev');
  process.exit(1);
}
await buildIfStale();
mkdirSync(path.dirname(document), { recursive: true });
writeFileSync(document, execFileSync(process.execPath, ['dist/src/cli/openapi.js'], { maxBuffer: 64 << 20 }));
rmSync(target, { recursive: true, force: true });
execFileSync(process.execPath, [generator, '-i', document, '-o', target, '-c', '@hey-api/client-fetch'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
console.log(`${path.relative(root, target)} is made from ${path.relative(root, document)}`);
