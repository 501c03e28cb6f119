import { chmodSync, chownSync, lstatSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import type { DatabaseUser } from './database-user.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';

const PRIVATE = 0o700;

let drafts = 0;

/**
 * Creates a folder that only the database user (and root) can enter, or checks that the existing one is such a folder.
 * @throws EmbeddedDatabaseError `folder_refused` when it exists with another owner or mode: somebody else may have put
 *   it there to read the passwords or to swap the programs.
 */
export function openOwnedFolder(folder: string, user: DatabaseUser): void {
  if (lstatSync(folder, { throwIfNoEntry: false })) {
    assertOwned(folder, user);
    return;
  }
  // Made under another name: a second starter must never see it with the wrong owner.
  const draft = `${folder}.draft-${process.pid}-${++drafts}`;
  mkdirSync(draft, { mode: PRIVATE });
  try {
    if (user.switchTo) chownSync(draft, user.uid, user.gid);
    // A umask may have taken more away than wanted.
    chmodSync(draft, PRIVATE);
    renameSync(draft, folder);
  } catch (error) {
    rmdirSync(draft);
    if (!isCode(error, 'EEXIST', 'ENOTEMPTY', 'ENOTDIR')) throw error;
    assertOwned(folder, user);
  }
}

function assertOwned(folder: string, user: DatabaseUser): void {
  const found = lstatSync(folder);
  const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
  if (found.isDirectory() && found.uid === user.uid && mode === '0700') return;
  const kind = found.isDirectory() ? `uid ${found.uid}, mode ${mode}` : 'not a folder';
  const cure = `chown -R ${user.uid}:${user.gid} '${folder}' && chmod 0700 '${folder}'`;
  throw new EmbeddedDatabaseError('folder_refused', {
    zh: `拒绝使用文件夹 ${folder}：应属于 uid ${user.uid} 且权限为 0700，实际为 ${kind}。若确认是您自己的，请执行：${cure}；否则请移走，或设置 DATABASE_URL。`,
    en: `Refusing the folder ${folder}: it must belong to uid ${user.uid} with mode 0700, but it is ${kind}. If it is yours, run: ${cure}; else move it away, or set DATABASE_URL.`,
  });
}

/** Whether a call of the system failed with one of these codes, for example `ENOENT`. */
export function isCode(error: unknown, ...codes: string[]): boolean {
  // No instanceof: in a test the system's errors come from another realm.
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}
