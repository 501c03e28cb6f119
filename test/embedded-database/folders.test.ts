import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { assertPlatform } from '../../src/embedded-database/binaries.js';
import { openDataFolder } from '../../src/embedded-database/data-folder.js';
import { findDatabaseUser } from '../../src/embedded-database/database-user.js';
import { isRoot, makePlace, npmPackage, type Place, provideInstalled, query } from './place.js';

// initdb takes a second, or many on a machine that is busy with other tests.
jest.setTimeout(90_000);

let place: Place;
const user = findDatabaseUser();

beforeEach(() => {
  provideInstalled();
  place = makePlace();
});
afterEach(() => place.clean());

/** A checkout that the database user cannot work in: for root one that others cannot enter, else a read-only one. */
function makeClosedCheckout(fill?: (folder: string) => void): string {
  const checkout = path.join(place.folder, 'closed');
  mkdirSync(checkout);
  fill?.(checkout);
  chmodSync(checkout, isRoot ? 0o700 : 0o500);
  return checkout;
}

function copyPackageWithoutLinks(to: string): string {
  cpSync(npmPackage(), to, { recursive: true, verbatimSymlinks: true });
  const library = path.join(to, 'native', 'lib');
  const links = readdirSync(library).filter((name) => lstatSync(path.join(library, name)).isSymbolicLink());
  for (const name of links) rmSync(path.join(library, name));
  return to;
}

const home = () => path.join(place.folder, '.data', 'postgres');

/** As much of a cluster as the launcher looks at before it starts one. */
function makeCluster(version: string): void {
  mkdirSync(path.join(home(), 'cluster'), { recursive: true });
  chmodSync(home(), 0o700);
  chownSync(home(), user.uid, user.gid);
  writeFileSync(path.join(home(), 'cluster', 'PG_VERSION'), `${version}\n`);
}

/** How many links the package's own install script would have made. */
function missingLinks(packageFolder: string): string[] {
  const list = JSON.parse(readFileSync(path.join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  return list.map(({ target }) => target).filter((target) => !existsSync(path.join(packageFolder, target)));
}

describe('a checkout that the database user cannot work in', () => {
  it('sends data and programs to the fallback folder, says so, and finds them again', async () => {
    const checkout = makeClosedCheckout((folder) => copyPackageWithoutLinks(path.join(folder, 'package')));
    const packageFolder = path.join(checkout, 'package');
    if (!isRoot) {
      // Root can write anywhere here, so only others meet a package in which no link can be made.
      chmodSync(path.join(packageFolder, 'native', 'lib'), 0o500);
    }
    const lines: string[] = [];
    const options = {
      dataDir: path.join(checkout, '.data'),
      only: 'npm-package' as const,
      packageFolder,
      console: (line: string) => lines.push(line),
    };
    const first = await place.start(options);
    expect(path.dirname(first.dataDir)).toBe(place.fallbackFolder);
    expect(lines).toEqual([expect.stringContaining(first.dataDir)]);
    expect(statSync(place.fallbackFolder).mode & 0o777).toBe(0o700);
    expect(statSync(place.fallbackFolder).uid).toBe(user.uid);
    expect(readdirSync(place.fallbackFolder).filter((name) => name.startsWith('postgres-'))).toHaveLength(1);
    await query(first.ownerUrl, 'CREATE SCHEMA trial');
    await first.stop();

    // The data that exists counts more than a checkout that has become usable.
    chmodSync(checkout, 0o755);
    const second = await place.start(options);
    expect(second.dataDir).toBe(first.dataDir);
    expect(
      await query(second.ownerUrl, `SELECT 1 AS one FROM pg_namespace WHERE nspname = 'trial'`),
    ).toHaveLength(1);
    await second.stop();
    if (!isRoot) chmodSync(path.join(packageFolder, 'native', 'lib'), 0o700);
  });

  it('gets a folder of its own, so that checkouts never share a database', async () => {
    const checkout = makeClosedCheckout();
    const open = (name: string) =>
      openDataFolder(path.join(checkout, name, '.data'), user, place.fallbackFolder);
    const [one, two, again] = await Promise.all([open('one'), open('two'), open('one')]);
    expect(one.dataDir).not.toBe(two.dataDir);
    expect(again).toEqual(one);
  });

  it('is reported when its database exists but has become unreachable', async () => {
    makeCluster('15');
    // Others than root keep access to what is theirs, so for them the folder is taken away from inside.
    const taken = isRoot ? path.join(place.folder, '.data') : home();
    chmodSync(taken, isRoot ? 0o700 : 0o500);
    await expect(place.start()).rejects.toMatchObject({
      code: isRoot ? 'folder_unreachable' : 'folder_refused',
    });
    chmodSync(taken, 0o700);
  });
});

describe('a folder of somebody else', () => {
  const start = () => place.start({ dataDir: path.join(makeClosedCheckout(), '.data') });

  it('is refused for its mode', async () => {
    mkdirSync(place.fallbackFolder);
    chownSync(place.fallbackFolder, user.uid, user.gid);
    chmodSync(place.fallbackFolder, 0o755);
    await expect(start()).rejects.toMatchObject({
      code: 'folder_refused',
      message: expect.stringContaining(`chmod 0700 '${place.fallbackFolder}'`),
    });
  });

  it('is refused for its owner', async () => {
    if (isRoot) {
      mkdirSync(place.fallbackFolder, { mode: 0o700 });
      chownSync(place.fallbackFolder, user.uid + 1, user.gid);
      await expect(start()).rejects.toMatchObject({ code: 'folder_refused' });
    } else {
      // Nobody but root can give a folder away; the system's own serves as the foreign one.
      const dataDir = path.join(makeClosedCheckout(), '.data');
      await expect(place.start({ dataDir, fallbackFolder: '/usr' })).rejects.toMatchObject({
        code: 'folder_refused',
      });
    }
  });

  it('is refused behind a link', async () => {
    const target = path.join(place.folder, 'target');
    mkdirSync(target, { mode: 0o700 });
    chownSync(target, user.uid, user.gid);
    symlinkSync(target, place.fallbackFolder);
    await expect(start()).rejects.toMatchObject({ code: 'folder_refused' });
  });

  it('is refused inside the checkout as well', async () => {
    mkdirSync(path.join(place.folder, '.data', 'postgres'), { recursive: true, mode: 0o755 });
    await expect(place.start()).rejects.toMatchObject({ code: 'folder_refused' });
  });
});

describe('the npm package', () => {
  it('gets its library links in place when install scripts did not run', async () => {
    const packageFolder = copyPackageWithoutLinks(path.join(place.folder, 'package'));
    expect(missingLinks(packageFolder).length).toBe(process.platform === 'linux' ? 14 : expect.any(Number));
    const database = await place.start({ only: 'npm-package', packageFolder });
    expect(missingLinks(packageFolder)).toEqual([]);
    expect(existsSync(place.fallbackFolder)).toBe(false);
    await database.stop();
  });

  it('or nothing at all: asks for DATABASE_URL in both languages', async () => {
    const packageFolder = path.join(place.folder, 'missing');
    await expect(place.start({ only: 'npm-package', packageFolder })).rejects.toMatchObject({
      code: 'no_binaries',
      message: expect.stringMatching(/设置 DATABASE_URL[^]*set DATABASE_URL/),
    });
    expect(() => assertPlatform('win32')).toThrow('set DATABASE_URL');
  });
});

describe('data that cannot be opened', () => {
  it('of another major version names that version and what to do', async () => {
    makeCluster('13');
    await expect(place.start()).rejects.toMatchObject({
      code: 'other_major_version',
      message: expect.stringMatching(/PostgreSQL 13[^]*pg_upgrade/),
    });
  });

  it('for want of its passwords says which file is missing', async () => {
    makeCluster('15');
    await expect(place.start()).rejects.toMatchObject({ code: 'credentials_missing' });
  });
});
