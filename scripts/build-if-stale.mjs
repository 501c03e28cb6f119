import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.join(import.meta.dirname, '..');
const stampFile = path.join(root, 'dist/.built-from');
const lockFile = path.join(root, 'node_modules/.cache/wecom-scrm-build.lock');
const compiler = path.join(root, 'node_modules/typescript/bin/tsc');

/**
 * Compiles into dist/ unless it was compiled from exactly these sources: by content, so that neither a checkout nor a
 * copied folder misleads it. Processes that start at once build once.
 * @throws {Error} when it does not compile
 */
export async function buildIfStale() {
  if (!existsSync(path.join(root, 'src')) || isFresh()) return;
  if (!existsSync(compiler)) {
    throw new Error(
      'dist/ is missing or older than src/, and the development dependencies that build it are not installed. ' +
        'Run: npm ci --include=dev\ndist/ 缺失或已过期，且未安装构建所需的开发依赖，请运行：npm ci --include=dev',
    );
  }
  await takeLock();
  try {
    if (!isFresh()) await build();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

async function build() {
  const stamp = sourceHash();
  console.error('Building… / 正在构建…');
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const code = await new Promise((resolve, reject) => {
    const tsc = spawn(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    tsc.once('error', reject);
    tsc.once('exit', resolve);
  });
  if (code !== 0) throw new Error('The build failed. / 构建失败。');
  writeFileSync(stampFile, stamp);
}

function isFresh() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourceHash();
}

function sourceHash() {
  const hash = createHash('sha256');
  for (const file of sourceFiles())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

function sourceFiles() {
  const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].filter((file) =>
    existsSync(path.join(root, file)),
  );
  const sources = ['src', 'migrations'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => path.join(folder, file)),
  );
  return [...settings, ...sources].sort();
}

/** A lock whose owner is gone (`kill -9` in the middle of a build) is taken over. */
async function takeLock() {
  mkdirSync(path.dirname(lockFile), { recursive: true });
  const ownFile = `${lockFile}.${process.pid}`;
  writeFileSync(ownFile, String(process.pid));
  try {
    while (!tryLink(ownFile)) {
      if (!isAlive(lockOwner())) rmSync(lockFile, { force: true });
      await sleep(200);
    }
  } finally {
    rmSync(ownFile, { force: true });
  }
}

/** A link appears at once and with its content, which a written file does not. */
function tryLink(ownFile) {
  try {
    linkSync(ownFile, lockFile);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function lockOwner() {
  try {
    return Number(readFileSync(lockFile, 'utf8'));
  } catch {
    return undefined; // released in between
  }
}

function isAlive(pid) {
  if (pid === undefined) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
