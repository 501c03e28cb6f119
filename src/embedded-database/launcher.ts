import { closeSync, constants, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { CLUSTER } from './data-folder.js';
import { type DatabaseUser, spawnAs } from './database-user.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';
import { findPostmaster, type Postmaster, waitUntilReady } from './postmaster.js';
import { chooseAddress, listenSettings, type ServerAddress } from './server-address.js';

const LOG = 'server.log';
const LOG_MAX_BYTES = 5_000_000;
const LOG_TAIL_CHARS = 1_500;
const ATTEMPTS_MAX = 20;
const RETRY_MS = 500;
/**
 * Ends of a start that a moment cures: processes of a killed server that have not noticed yet, a server that a killed
 * starter has just started, a port that somebody else took since it was found free.
 */
const PASSING =
  /^starting$|^ended$|pre-existing shared memory block|lock file ".*" already exists|could not bind|Address already in use/;

/** A trial machine does other work too. `fsync` stays on: a demo that loses data after a power cut teaches mistrust. */
const SETTINGS: Record<string, string> = {
  shared_buffers: '128MB',
  max_connections: '200', // five whole processes, as tests start them; each has up to 34
  max_wal_size: '512MB',
  tcp_keepalives_idle: '60',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '5',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Everything goes to our log file, whatever the configuration file of a package says.
  logging_collector: 'off',
  log_destination: 'stderr',
};

export interface RunningServer {
  readonly pid: number;
  readonly address: ServerAddress;
}

export interface Launch {
  readonly home: string;
  readonly binaries: Binaries;
  readonly user: DatabaseUser;
  readonly adminUrlAt: (address: ServerAddress) => string;
}

/** Starts the server of a complete cluster, or finds the one that runs already. Needs the starter lock. */
export async function startServer(launch: Launch): Promise<RunningServer> {
  for (let attempt = 1; ; attempt += 1) {
    const running = findPostmaster(launch.home);
    const failure = running ? await joinRunning(launch, running) : await launchOnce(launch);
    if (typeof failure !== 'string') return failure;
    if (attempt >= ATTEMPTS_MAX || !PASSING.test(failure)) throw startFailed(failure);
    await sleep(RETRY_MS);
  }
}

/** @returns the server, or why it must be looked for again. */
async function joinRunning(
  launch: Launch,
  { pid, address }: Postmaster,
): Promise<RunningServer | 'starting' | 'ended'> {
  if (!address) return 'starting';
  const gone = (): boolean => findPostmaster(launch.home)?.pid !== pid;
  return (await waitUntilReady(launch.adminUrlAt(address), gone)) ? { pid, address } : 'ended';
}

/** @returns the server, or the end of its log when it ended before it answered. */
async function launchOnce(launch: Launch): Promise<RunningServer | string> {
  const cluster = path.join(launch.home, CLUSTER);
  const address = await chooseAddress(launch.home);
  const logFile = path.join(launch.home, LOG);
  rotateLog(logFile);
  const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
  const log = openSync(
    logFile,
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
    0o600,
  );
  let ended: string | undefined;
  const child = spawnAs(
    launch.user,
    path.join(launch.binaries.binFolder, 'postgres'),
    serverOptions(cluster, address),
    {
      cwd: cluster,
      // A session of its own: Ctrl-C in the terminal must reach the application, which then ends the server last.
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  child.on('error', (error) => (ended = String(error)));
  child.on('exit', (code, signal) => (ended ??= `exit ${code ?? signal}`));
  child.unref();
  closeSync(log);
  const isReady = await waitUntilReady(launch.adminUrlAt(address), () => ended !== undefined);
  if (isReady && child.pid) return { pid: child.pid, address };
  const written = readFileSync(logFile).subarray(logStart).toString();
  return `${ended}\n${written.slice(-LOG_TAIL_CHARS)}`;
}

function serverOptions(cluster: string, address: ServerAddress): string[] {
  const settings = Object.entries({ ...SETTINGS, ...listenSettings(address) });
  return ['-D', cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

function rotateLog(file: string): void {
  if (existsSync(file) && statSync(file).size > LOG_MAX_BYTES) renameSync(file, `${file}.1`);
}

function startFailed(reason: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError('start_failed', {
    zh: '数据库启动失败，原因见下。',
    en: `The database did not start: ${reason}`,
  });
}
