import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import type { EmbeddedDatabase } from '../../src/embedded-database/index.js';
import { eventually } from '../support/eventually.js';
import { makePlace, pidOf, type Place, provideInstalled, query, withPassword } from './place.js';

// initdb takes a second, or many on a machine that is busy with other tests.
jest.setTimeout(90_000);

beforeAll(provideInstalled);

describe.each(['installed', 'npm-package'] as const)('a database from the %s PostgreSQL', (only) => {
  let place: Place;
  let database: EmbeddedDatabase;

  beforeAll(async () => {
    place = makePlace();
    // A path that needs escaping in a URL and in a list of folders.
    database = await place.start({ only, dataDir: path.join(place.folder, '企业 微信,"1"', '.data') });
  });
  afterAll(() => place.clean());

  it('comes from there and keeps its data in the wanted folder', () => {
    expect(database.source).toBe(only);
    expect(database.dataDir).toBe(path.join(place.folder, '企业 微信,"1"', '.data'));
  });

  it.each(['adminUrl', 'ownerUrl', 'appUrl'] as const)('opens its %s by password only', async (name) => {
    expect(await query(database[name], 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await expect(query(withPassword(database[name], 'wrong-password'), 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    });
  });

  it('lets the owner make schemas, and the app role neither that nor pass row-level security', async () => {
    await query(database.ownerUrl, 'CREATE SCHEMA trial; CREATE TABLE trial.notes (id int)');
    await expect(query(database.appUrl, 'CREATE SCHEMA other')).rejects.toMatchObject({ code: '42501' });
    await expect(query(database.appUrl, 'SELECT * FROM trial.notes')).rejects.toMatchObject({
      code: '42501',
    });
    const [role] = await query(
      database.adminUrl,
      `SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin FROM pg_roles
        WHERE rolname = 'wecom_scrm_app'`,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolcanlogin: true,
    });
  });

  it('stores UTF-8, keeps fsync on, and listens on no network address', async () => {
    const [settings] = await query(
      database.ownerUrl,
      `SELECT current_setting('listen_addresses') AS tcp, current_setting('fsync') AS fsync,
              current_setting('password_encryption') AS passwords, getdatabaseencoding() AS encoding`,
    );
    expect(settings).toEqual({ tcp: '', fsync: 'on', passwords: 'scram-sha-256', encoding: 'UTF8' });
  });

  it('keeps passwords in one private file and out of the log', () => {
    const home = path.join(database.dataDir, 'postgres');
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(home, 'credentials.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(home)).not.toContain('initdb.password');
    const log = readFileSync(path.join(home, 'server.log'), 'utf8');
    for (const url of [database.adminUrl, database.ownerUrl, database.appUrl]) {
      expect(log).not.toContain(new URL(url).password);
    }
  });

  it('never runs as root, and out of reach of the Ctrl-C of a terminal', () => {
    const pid = pidOf(database);
    expect(statSync(path.join(database.dataDir, 'postgres', 'cluster')).uid).not.toBe(0);
    // Signal 0 to a process group succeeds only where the server leads one of its own.
    expect(() => process.kill(-pid, 0)).not.toThrow();
  });

  it('ends when asked, twice is as good as once, and keeps its data', async () => {
    const pid = pidOf(database);
    await query(database.ownerUrl, 'INSERT INTO trial.notes VALUES (7)');
    await database.stop();
    await database.stop();
    // the process that adopted it may take a moment to notice
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
    expect(pidOf(database)).toBe(0);

    // A log of some size is set aside by the next start.
    const log = path.join(database.dataDir, 'postgres', 'server.log');
    truncateSync(log, 6_000_000);
    database = await place.start({ only, dataDir: database.dataDir });
    expect(statSync(log).size).toBeLessThan(100_000);
    expect(statSync(`${log}.1`).size).toBe(6_000_000);
    expect(await query(database.ownerUrl, 'SELECT id FROM trial.notes')).toEqual([{ id: 7 }]);
    await database.stop();
  });
});

describe('where a socket cannot be', () => {
  it('listens on 127.0.0.1 alone, and the next start finds it again', async () => {
    const place = makePlace();
    try {
      const dataDir = path.join(place.folder, 'long-'.repeat(24));
      const first = await place.start({ dataDir });
      expect(new URL(first.appUrl).hostname).toBe('127.0.0.1');
      const [tcp] = await query(
        first.adminUrl,
        `SELECT current_setting('listen_addresses') AS tcp, current_setting('unix_socket_directories') AS socket`,
      );
      expect(tcp).toEqual({ tcp: '127.0.0.1', socket: '' });
      const second = await place.start({ dataDir });
      expect(second.appUrl).toBe(first.appUrl);
      await first.stop();
      await second.stop();
    } finally {
      await place.clean();
    }
  });
});
