import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { compiledPath } from '../../scripts/compiled-sources.mjs';

const START_TIMEOUT_MS = 60_000;

export interface TestProcess {
  readonly process: ChildProcess;
  /** Resolves with the next message whose `type` is this; messages that came before the call count too. */
  message(type: string, timeoutMs?: number): Promise<{ type: string; [key: string]: unknown }>;
  send(message: object): void;
  /** Ends it as a crash would: nothing runs any more. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Asks it to shut down. @returns the exit code. */
  stop(): Promise<number | null>;
  /** Resolves with the exit code, or with the name of the signal that ended it. */
  readonly gone: Promise<number | NodeJS.Signals>;
  /** What it wrote to stdout and stderr so far. */
  output(): string;
}

/**
 * Runs a TypeScript file as a real Node process, for tests that kill it. The file talks to the test by
 * `process.send?.({ type: '…' })` and `process.on('message', …)`. Starting takes about a second.
 * @param file relative to the project's root.
 */
export function startTestProcess(file: string, env: Record<string, string> = {}): TestProcess {
  const child = fork(compiledPath(file), [], {
    execArgv: ['--enable-source-maps'],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const gone = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
  });
  const inbox = new Inbox(child, () => output);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const gone = once(child, 'exit');
    child.kill(signal);
    const [code] = (await gone) as [number | null];
    return code;
  };
  return {
    process: child,
    message: (type, timeoutMs = START_TIMEOUT_MS) => inbox.take(type, timeoutMs),
    send: (message) => child.send(message),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    gone,
    output: () => output,
  };
}

type Message = { type: string; [key: string]: unknown };

class Inbox {
  private readonly arrived: Message[] = [];
  private readonly waiting: { type: string; resolve: (message: Message) => void }[] = [];

  constructor(
    private readonly child: ChildProcess,
    private readonly output: () => string,
  ) {
    child.on('message', (message: Message) => {
      const index = this.waiting.findIndex(({ type }) => type === message.type);
      const [waiter] = index < 0 ? [] : this.waiting.splice(index, 1);
      if (waiter) waiter.resolve(message);
      else this.arrived.push(message);
    });
  }

  take(type: string, timeoutMs: number): Promise<Message> {
    const index = this.arrived.findIndex((message) => message.type === type);
    const [found] = index < 0 ? [] : this.arrived.splice(index, 1);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        clearTimeout(timer); // it would keep the test's process alive
        reject(new Error(`no message "${type}": ${reason}\n${this.output()}`));
      };
      const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
      const onExit = (code: number | null) => fail(`the process ended with ${code}`);
      this.child.once('exit', onExit);
      this.waiting.push({
        type,
        resolve: (message) => {
          clearTimeout(timer);
          this.child.off('exit', onExit);
          resolve(message);
        },
      });
    });
  }
}
