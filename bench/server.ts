import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { compiledPath } from '../scripts/compiled-sources.mjs';

const MICROSECONDS = 1e-6;

/** A server in a process of its own, so that its CPU time is its own too. Its log goes nowhere. */
export interface BenchServer {
  readonly url: string;
  /** What it said when it was ready, beside its address. */
  readonly ready: Record<string, unknown>;
  /** CPU seconds of the process so far, with its garbage collector. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

/** @param file relative to the project's root; it calls `serveBench`. */
export async function startBenchServer(file: string, env: Record<string, string>): Promise<BenchServer> {
  const flags = process.env['CPU_PROF_DIR']
    ? ['--cpu-prof', `--cpu-prof-dir=${process.env['CPU_PROF_DIR']}`]
    : [];
  const child = fork(compiledPath(file), [], {
    execArgv: ['--enable-source-maps', ...flags],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { url, ...ready } = await answer<{ url: string }>(child);
  return {
    url,
    ready,
    cpuSeconds: async () => {
      child.send('cpu');
      const { user, system } = await answer<NodeJS.CpuUsage>(child);
      return (user + system) * MICROSECONDS;
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('the server of the benchmark has ended'));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as T); // reason: both sides stand in this file
    });
  });
}

/** In the server's file: tells that it listens, and answers questions about its CPU time until it is told to end. */
export function serveBench(
  ready: { url: string; [fact: string]: unknown },
  close: () => Promise<unknown>,
): void {
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.on('SIGTERM', () => void close().then(() => process.exit(0)));
  process.send?.(ready);
}

export interface LoadRequest {
  readonly path: string;
  readonly headers?: Record<string, string>;
}

/** Sends `count` GET requests over `connections` connections that stay open. @returns each duration in ms. @throws unless all are 200. */
export async function load(
  url: string,
  options: { connections: number; count: number; next: (index: number) => LoadRequest },
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const durations: number[] = [];
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent < options.count) {
      const startedAt = performance.now();
      await get(agent, url, options.next(sent++));
      durations.push(performance.now() - startedAt);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.connections }, worker));
  } finally {
    agent.destroy();
  }
  return durations;
}

async function get(agent: Agent, url: string, { path: place, headers }: LoadRequest): Promise<void> {
  const { port } = new URL(url);
  const sent = request({ agent, host: '127.0.0.1', port, path: place, headers });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  if (response.statusCode !== 200) throw new Error(`${place} answered ${response.statusCode}`);
}
