import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dbRoles } from '../../src/cli/db-roles.js';
import type { EmbeddedDatabase } from '../../src/embedded-database/index.js';
import { makePlace, type Place, provideInstalled, query, withPassword } from './place.js';

// initdb takes a second, or many on a machine that is busy with other tests.
jest.setTimeout(90_000);

/** Roles belong to a whole server, so these tests have one of their own. */
let place: Place;
let server: EmbeddedDatabase;
let managedUrl: string;

beforeAll(async () => {
  provideInstalled();
  place = makePlace();
  server = await place.start();
  await query(server.adminUrl, `CREATE ROLE managed LOGIN CREATEROLE CREATEDB PASSWORD 'managed-password'`);
  await query(server.adminUrl, `ALTER SYSTEM SET log_statement = 'all'`);
  await query(server.adminUrl, 'SELECT pg_reload_conf()');
  const url = new URL(withPassword(server.adminUrl, 'managed-password'));
  url.username = 'managed';
  managedUrl = url.href;
});
afterAll(() => place.clean());

beforeEach(async () => {
  await query(server.adminUrl, 'DROP DATABASE IF EXISTS wecom_scrm');
  await query(server.adminUrl, 'DROP ROLE IF EXISTS wecom_scrm_owner, wecom_scrm_app');
  await query(server.adminUrl, 'ALTER ROLE managed CREATEDB');
});

async function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await dbRoles(args, env, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

function urlsOf(text: string): { app: string; owner: string } {
  return {
    app: /^DATABASE_URL=(.+)$/m.exec(text)?.[1] ?? '',
    owner: /^DATABASE_MIGRATION_URL=(.+)$/m.exec(text)?.[1] ?? '',
  };
}

describe.each(['superuser', 'managed'])('db:roles as %s', (kind) => {
  const adminUrl = (): string => (kind === 'managed' ? managedUrl : server.adminUrl);

  it('makes both roles and the database, and prints working URLs', async () => {
    const { code, text } = await run(['--admin-url', adminUrl()]);
    expect({ code, text: code === 0 ? '' : text }).toEqual({ code: 0, text: '' });
    const { app, owner } = urlsOf(text);
    await query(owner, 'CREATE SCHEMA trial');
    await expect(query(app, 'CREATE SCHEMA other')).rejects.toMatchObject({ code: '42501' });
    await query(app, 'CREATE TEMPORARY TABLE lines (id int)');
    const [membership] = await query<{ member: boolean }>(
      server.adminUrl,
      `SELECT pg_has_role('managed', 'wecom_scrm_owner', 'USAGE') AS member`,
    );
    expect(membership?.member).toBe(false);
  });

  it('changes no password of an existing role unless asked', async () => {
    const first = urlsOf((await run(['--admin-url', adminUrl()])).text);
    const again = await run([], { ADMIN_DATABASE_URL: adminUrl(), APP_PASSWORD: 'another-password' });
    expect(again.code).toBe(0);
    expect(urlsOf(again.text)).toEqual({ app: '', owner: '' });
    expect(await query(first.app, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

    const reset = await run(['--admin-url', adminUrl(), '--reset-passwords'], {
      APP_PASSWORD: 'p@ss/w:rd?#%1',
    });
    expect(await query(urlsOf(reset.text).app, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(new URL(urlsOf(reset.text).app).password).toBe(encodeURIComponent('p@ss/w:rd?#%1'));
    await expect(query(first.app, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('gives the owner role the right to work in a database that exists', async () => {
    await query(managedUrl, 'CREATE DATABASE wecom_scrm');
    await query(server.adminUrl, 'ALTER ROLE managed NOCREATEDB');
    const { code, text } = await run(['--admin-url', adminUrl()]);
    expect(code).toBe(0);
    await query(urlsOf(text).owner, 'CREATE SCHEMA trial');
  });
});

describe('db:roles', () => {
  it('takes rights from an app role that has too many', async () => {
    await run(['--admin-url', server.adminUrl]);
    await query(server.adminUrl, 'ALTER ROLE wecom_scrm_app SUPERUSER BYPASSRLS CREATEDB');
    await run(['--admin-url', server.adminUrl]);
    const [role] = await query(
      server.adminUrl,
      `SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = 'wecom_scrm_app'`,
    );
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreatedb: false });
  });

  it('says what the admin lacks, without showing a password', async () => {
    await query(server.adminUrl, 'ALTER ROLE managed NOCREATEDB');
    const { code, text } = await run(['--admin-url', managedUrl]);
    expect(code).toBe(1);
    expect(text).toContain('CREATEDB');
    expect(text).not.toContain('managed-password');
  });

  it('lets several run at once', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => run(['--admin-url', managedUrl])));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(runs.filter(({ text }) => urlsOf(text).app !== '')).toHaveLength(1);
  });

  it('shows its usage for anything else', async () => {
    for (const args of [[], ['--admin-url', 'nonsense'], ['--unknown']]) {
      expect((await run(args)).code).toBe(2);
    }
  });

  it('lets no password into the log of a server that logs every statement', async () => {
    const { text } = await run(['--admin-url', server.adminUrl], {
      OWNER_PASSWORD: 'visible-owner-password',
    });
    const log = readFileSync(path.join(server.dataDir, 'postgres', 'server.log'), 'utf8');
    expect(log).toContain('CREATE ROLE "wecom_scrm_owner"');
    expect(log).not.toContain('visible-owner-password');
    expect(log).not.toContain(new URL(urlsOf(text).app).password);
  });
});
