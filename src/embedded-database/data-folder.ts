import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, realpathSync, rmdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { type DatabaseUser, runAs } from './database-user.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';
import { isCode, openOwnedFolder } from './owned-folder.js';

/** The part of a data folder that belongs to the database user. */
const HOME = 'postgres';
/** The PostgreSQL cluster inside of it; it exists only when it is complete. */
export const CLUSTER = 'cluster';

export interface DataFolder {
  /** Where everything of this installation is kept: the wanted folder, or the one that stands in for it. */
  readonly dataDir: string;
  /** `<dataDir>/postgres`: cluster, socket, log, passwords; 0700, owned by the database user. */
  readonly home: string;
  readonly fellBack: boolean;
}

/** For what cannot lie in the checkout, because the database user cannot get there. */
export function standardFallbackFolder(): string {
  return process.getuid?.() === 0
    ? '/var/lib/wecom-scrm'
    : path.join(homedir(), '.local', 'share', 'wecom-scrm');
}

/**
 * Finds or makes the folder for a database. Data that exists is always found again, wherever it went the first time;
 * otherwise the wanted folder is taken when the database user can work in it, else one below `fallbackFolder`.
 * @throws EmbeddedDatabaseError `folder_refused`, or `folder_unreachable` when a database is there but cannot be used.
 */
export async function openDataFolder(
  wantedDir: string,
  user: DatabaseUser,
  fallbackFolder: string,
): Promise<DataFolder> {
  const wanted = path.resolve(wantedDir);
  const spare = path.join(fallbackFolder, spareName(wanted));
  const holdsCluster = existsSync(path.join(wanted, HOME, CLUSTER));
  if (!holdsCluster && existsSync(path.join(spare, HOME))) return openSpare(spare, user, fallbackFolder);

  const problem = await tryHome(wanted, user);
  if (!problem) return located(wanted, false);
  if (!holdsCluster) return openSpare(spare, user, fallbackFolder);
  throw unreachable(wanted, user, problem);
}

/** Creates `<fallbackFolder>` (0700, of the database user) or checks it. */
export function openFallbackFolder(folder: string, user: DatabaseUser): void {
  mkdirSync(path.dirname(folder), { recursive: true });
  openOwnedFolder(folder, user);
}

async function openSpare(spare: string, user: DatabaseUser, fallbackFolder: string): Promise<DataFolder> {
  try {
    openFallbackFolder(fallbackFolder, user);
    openOwnedFolder(spare, user);
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error;
    throw unreachable(spare, user, String(error));
  }
  const problem = await tryHome(spare, user);
  if (problem) throw unreachable(spare, user, problem);
  return located(spare, true);
}

/** Different checkouts must not share a database; the name lets a person see whose it is. */
function spareName(wanted: string): string {
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  return `data-${path.basename(path.dirname(wanted)).replace(/[^\w.-]/g, '_')}-${digest}`;
}

function located(dataDir: string, fellBack: boolean): DataFolder {
  // PostgreSQL reports real paths, and on macOS the temporary folder is a link.
  const real = realpathSync(dataDir);
  return { dataDir: real, home: path.join(real, HOME), fellBack };
}

/** @returns why the database user cannot work in `<dataDir>/postgres`, undefined when it can. */
async function tryHome(dataDir: string, user: DatabaseUser): Promise<string | undefined> {
  const home = path.join(dataDir, HOME);
  try {
    if (!existsSync(dataDir)) {
      mkdirSync(dataDir, { recursive: true });
      // The database user only has to pass through.
      chmodSync(dataDir, user.switchTo ? 0o711 : 0o700);
    }
    openOwnedFolder(home, user);
  } catch (error) {
    if (isCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTSUP', 'EINVAL')) return String(error);
    throw error;
  }
  // Asking the system as that user sees access lists and mount options, which modes alone do not show.
  const attempt = await runAs(user, '/bin/sh', [
    '-c',
    'cd "$1" && : > .reachable-$$ && rm .reachable-$$',
    'sh',
    home,
  ]);
  if (attempt.ok) return undefined;
  removeIfEmpty(home);
  return attempt.problem;
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!isCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
  }
}

function unreachable(folder: string, user: DatabaseUser, reason: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError('folder_unreachable', {
    zh: `数据库用户（uid ${user.uid}）无法使用文件夹 ${folder}：${reason}。请检查上级文件夹权限，把 DATA_DIR 指向其他位置，或设置 DATABASE_URL。`,
    en: `The database user (uid ${user.uid}) cannot use the folder ${folder}: ${reason}. Check the folders above it, let DATA_DIR name another place, or set DATABASE_URL.`,
  });
}
