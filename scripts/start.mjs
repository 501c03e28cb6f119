#!/usr/bin/env node
/**
 * `npm start`: builds when sources are newer than dist/, then runs the application.
 * Without DATABASE_URL and outside NODE_ENV=production it runs the demo (embedded database and WeCom sandbox).
 */
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const NODE_MIN = [20, 19];
const root = path.join(import.meta.dirname, '..');

function stop(...lines) {
  for (const line of lines) console.error(line);
  process.exit(1);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  stop(
    `Node.js ${NODE_MIN.join('.')} or newer is needed; this is ${process.versions.node}.`,
    `需要 Node.js ${NODE_MIN.join('.')} 或更高版本，当前为 ${process.versions.node}。`,
  );
}
if (!existsSync(path.join(root, 'node_modules'))) {
  stop('Dependencies are missing. Run: npm ci', '缺少依赖，请先运行：npm ci');
}

process.chdir(root);
if (existsSync('.env')) process.loadEnvFile('.env');

const { buildIfStale } = await import('./build-if-stale.mjs');
await buildIfStale().catch((error) => stop(error.message));

const wantsDemo = process.argv.includes('--demo');
const isDemo = wantsDemo || (!process.env.DATABASE_URL && process.env.NODE_ENV !== 'production');
const entry = path.join(root, isDemo ? 'dist/src/demo/main.js' : 'dist/src/main.js');

if (process.argv.includes('--watch')) {
  watch(entry);
} else {
  await import(pathToFileURL(entry).href);
}

/** Compiles on every change and restarts the process when its files have changed. */
function watch(file) {
  const compiler = spawn(
    process.execPath,
    [
      path.join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      'tsconfig.build.json',
      '--watch',
      '--preserveWatchOutput',
    ],
    { stdio: 'inherit' },
  );
  const app = spawn(process.execPath, ['--watch', '--watch-preserve-output', file], { stdio: 'inherit' });
  const end = () => {
    compiler.kill('SIGTERM');
    app.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  app.once('exit', (code) => {
    compiler.kill('SIGTERM');
    process.exitCode = code ?? 0;
  });
}
