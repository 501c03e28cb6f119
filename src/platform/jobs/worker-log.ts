import { Logger as NestLogger } from '@nestjs/common';
import { Logger } from 'graphile-worker';

/** Fetching and finishing a job takes milliseconds, so a lane has fewer connections than jobs at once. */
const INTENDED = /^WARNING: having maxPoolSize \(\d+\) smaller than concurrency/;

/**
 * graphile-worker's messages through the application's log. Only the first line: the rest is a stack. Its metadata is
 * dropped, because it holds whole jobs.
 */
export function workerLog(): Logger {
  const log = new NestLogger('Jobs');
  return new Logger(() => (level, message) => {
    const line = message.split('\n', 1)[0] ?? '';
    if (INTENDED.test(line)) return;
    const severity: string = level; // a const enum, which isolated modules cannot read by name
    if (severity === 'error') log.error(line);
    else if (severity === 'warning') log.warn(line);
    else log.debug(line); // "info" is one line for each finished job
  });
}
