import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './embedded-database.error.js';
import { isCode } from './owned-folder.js';
import { identityOf, isRunning } from './process-identity.js';

const PREFIX = 'starter.';
const RELEASED = 'released';
const POLL_MS = 50;
const WAIT_MAX_MS = 120_000;
let attempts = 0;

/**
 * Runs `work` while no other process on this machine starts or stops the same server. A holder that died holds nothing.
 *
 * Each holder has a file `starter.<n>` with its identity, and only the one with the highest number counts. A new holder
 * links number n+1, which succeeds for one process only, so a dead holder is replaced without a moment in which two can
 * take its place; a plain lock file has no such takeover. The highest file is never removed, only overwritten.
 */
export async function withStarterLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + WAIT_MAX_MS;
  let held = tryLock(folder);
  while (!held) {
    if (performance.now() > deadline) throw lockHeld(folder);
    await sleep(POLL_MS);
    held = tryLock(folder);
  }
  try {
    return await work();
  } finally {
    writeFileSync(held, RELEASED);
  }
}

function tryLock(folder: string): string | undefined {
  const latest = latestNumber(folder);
  if (latest > 0 && isRunning(readHolder(path.join(folder, `${PREFIX}${latest}`)))) return undefined;
  const mine = path.join(folder, `${PREFIX}${latest + 1}`);
  const draft = path.join(folder, `.starter-${process.pid}-${++attempts}`);
  // A name of its own first: the number must never be seen with half of its content.
  writeFileSync(draft, identityOf(process.pid) ?? '', { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, mine);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  if (latestNumber(folder) > latest + 1) {
    // Others came and went since the look at the folder, and the number was free only because they tidied up.
    rmSync(mine, { force: true });
    return undefined;
  }
  for (const number of numbers(folder)) {
    if (number <= latest) rmSync(path.join(folder, `${PREFIX}${number}`), { force: true });
  }
  return mine;
}

function numbers(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => Number(name.slice(PREFIX.length)));
}

function latestNumber(folder: string): number {
  return Math.max(0, ...numbers(folder));
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return RELEASED;
    throw error;
  }
}

function lockHeld(folder: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError('start_lock_held', {
    zh: `另一个进程正在 ${folder} 中启动或停止数据库，等待超时。`,
    en: `Another process keeps starting or stopping the database in ${folder}; gave up waiting.`,
  });
}
