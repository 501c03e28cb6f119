import { constants, closeSync, existsSync, fchmodSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { randomPassword } from '../platform/database/roles.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';

const FILE = 'credentials.json';

/** Passwords of one cluster; they never leave its folder but in the URLs handed to the caller. */
export interface Credentials {
  readonly admin: string;
  readonly owner: string;
  readonly app: string;
}

/** Reads the passwords, or makes them when `mayCreate`, that is, before there is a cluster they would have to fit. */
export function loadCredentials(home: string, mayCreate: boolean): Credentials {
  const file = path.join(home, FILE);
  if (mayCreate) {
    // Written anew also after a half-finished initialisation, whose file may be half written as well.
    const fresh = { admin: randomPassword(), owner: randomPassword(), app: randomPassword() };
    writePrivateFile(file, JSON.stringify(fresh));
    return fresh;
  }
  const found = existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined;
  if (found) return found;
  throw new EmbeddedDatabaseError('credentials_missing', {
    zh: `${file} 缺失或损坏，无法打开已有数据库。请恢复该文件；或删除 ${home} 重新开始（演示数据会丢失）。`,
    en: `${file} is missing or damaged, so the existing database cannot be opened. Restore it, or delete ${home} to start afresh without the demo's data.`,
  });
}

/** 0600, and never through a link that somebody else has put there. */
export function writePrivateFile(file: string, text: string): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const opened = openSync(file, flags, 0o600);
  try {
    fchmodSync(opened, 0o600);
    writeSync(opened, text);
  } finally {
    closeSync(opened);
  }
}

function parse(text: string): Credentials | undefined {
  try {
    const { admin, owner, app } = JSON.parse(text) as Partial<Credentials>;
    return admin && owner && app ? { admin, owner, app } : undefined;
  } catch {
    return undefined;
  }
}
