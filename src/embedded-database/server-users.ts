import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identityOf, isRunning } from './process-identity.js';

const FOLDER = 'users';
let count = 0;

/** Notes that this process uses the server of `home`. @returns how to take the note back. Needs the starter lock. */
export function joinServer(home: string): () => void {
  const folder = path.join(home, FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const note = path.join(folder, `${process.pid}-${++count}`);
  writeFileSync(note, identityOf(process.pid) ?? '', { mode: 0o600 });
  return () => rmSync(note, { force: true });
}

/** Whether a living process still uses the server; notes of the dead are removed. Needs the starter lock. */
export function isServerUsed(home: string): boolean {
  const folder = path.join(home, FOLDER);
  let used = false;
  for (const name of readdirSync(folder)) {
    const note = path.join(folder, name);
    if (isRunning(readFileSync(note, 'utf8'))) used = true;
    else rmSync(note, { force: true });
  }
  return used;
}
