import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The user of the operating system that PostgreSQL runs as. */
export interface DatabaseUser {
  readonly uid: number;
  readonly gid: number;
  /** Set when this process is root and has to become the user: PostgreSQL refuses to run as root. */
  readonly switchTo?: { uid: number; gid: number };
}

const NOBODY = 65_534;
/** What Linux packages and macOS call the account. */
const ACCOUNTS = ['postgres', '_postgres'];

/** Root borrows the existing `postgres` account, else `nobody`; no account is ever created. Others run it as themselves. */
export function findDatabaseUser(): DatabaseUser {
  const uid = process.getuid?.() ?? NOBODY;
  const gid = process.getgid?.() ?? NOBODY;
  if (uid !== 0) return { uid, gid };
  const switchTo = findAccount() ?? { uid: NOBODY, gid: NOBODY };
  return { ...switchTo, switchTo };
}

function findAccount(): { uid: number; gid: number } | undefined {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name = '', , uid, gid] = line.split(':');
    if (ACCOUNTS.includes(name) && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

export interface Finished {
  readonly ok: boolean;
  readonly stdout: string;
  /** stderr, or why the program could not be started at all. */
  readonly problem: string;
}

/** Starts a program as the database user, with an environment that nothing of ours or of a foreign PostgreSQL leaks into. */
export function spawnAs(
  user: DatabaseUser,
  program: string,
  args: string[],
  options: SpawnOptions,
): ChildProcess {
  return spawn(program, args, {
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    ...options,
    ...user.switchTo,
  });
}

/** Runs a program to its end. Never throws: a program that cannot be started is an answer too. */
export function runAs(user: DatabaseUser, program: string, args: string[], cwd = '/'): Promise<Finished> {
  return new Promise((resolve) => {
    let stdout = '';
    let problem = '';
    const failed = (error: unknown): void => resolve({ ok: false, stdout, problem: String(error) });
    try {
      const child = spawnAs(user, program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr?.on('data', (chunk: Buffer) => (problem += chunk.toString()));
      child.on('error', failed);
      child.on('close', (code) => resolve({ ok: code === 0, stdout, problem: problem.trim() }));
    } catch (error) {
      failed(error);
    }
  });
}
