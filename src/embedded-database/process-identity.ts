import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Names a running process so that a later one with the same number is not taken for it: number, start, and boot.
 * @returns undefined when no such process runs (a zombie does not).
 */
export function identityOf(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxIdentity(pid) : psIdentity(pid);
}

export function isRunning(identity: string): boolean {
  const pid = Number.parseInt(identity, 10);
  return pid > 0 && identityOf(pid) === identity;
}

/** Whether the process is a PostgreSQL server of this cluster. */
export function isPostmasterOf(pid: number, cluster: string): boolean {
  if (identityOf(pid) === undefined) return false;
  // A server's working directory is its cluster, also after a parent folder was renamed.
  if (process.platform === 'linux') {
    const program = readOr(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
    return program === 'postgres' && readOr(() => readlinkSync(`/proc/${pid}/cwd`)) === cluster;
  }
  const command = ps(pid, 'command=') ?? '';
  return command.includes('postgres') && command.includes(cluster);
}

function linuxIdentity(pid: number): string | undefined {
  const stat = readOr(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (!stat) return undefined;
  // The second field is the program's name in brackets and may hold spaces; see proc(5), "stat".
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  const boot = readOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return `${pid} ${rest[18]} ${boot}`;
}

function psIdentity(pid: number): string | undefined {
  const started = ps(pid, 'state=,lstart=');
  return started && !started.startsWith('Z') ? `${pid} ${started.replace(/^\S+\s+/, '')}` : undefined;
}

function ps(pid: number, columns: string): string | undefined {
  return readOr(() =>
    execFileSync('ps', ['-ww', '-o', columns, '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim(),
  );
}

function readOr(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
