import { Injectable, type LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from '../config/app-config.js';
import { requestContext } from '../context/request-context.js';
import { describeError } from './describe-error.js';
import { scrub } from './scrub.js';

/** The only fields that a log line may have. Add one when it can hold neither personal data nor a secret. */
export interface LogFields {
  readonly requestId?: string;
  readonly operation?: string;
  readonly method?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly keyId?: string;
  readonly corpId?: string;
  readonly job?: string;
  readonly event?: string;
  readonly attempt?: number;
  readonly code?: string;
  readonly errcode?: number;
  readonly api?: string;
  readonly count?: number;
  readonly role?: string;
  readonly port?: number;
  readonly context?: string;
  readonly error?: unknown;
}

const ALLOWED: Record<keyof LogFields, true> = {
  requestId: true,
  operation: true,
  method: true,
  status: true,
  ms: true,
  keyId: true,
  corpId: true,
  job: true,
  event: true,
  attempt: true,
  code: true,
  errcode: true,
  api: true,
  count: true,
  role: true,
  port: true,
  context: true,
  error: true,
};

const BUFFER_BYTES = 4_096;
const FLUSH_MS = 100;

/** Where Nest tells at each start what it found: two hundred lines that hide the ones an operator needs. */
const NEST_START = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** JSON lines with an allow-list of fields; also what Nest's `Logger` writes to. */
@Injectable()
export class AppLogger implements LoggerService {
  private readonly pino: Pino;

  constructor(options: { level: LogLevel; destination?: DestinationStream }) {
    const settings = {
      level: options.level,
      base: undefined,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    };
    this.pino = pino(settings, options.destination ?? toStdout());
  }

  write(level: Exclude<LogLevel, 'silent'>, message: string, fields: LogFields = {}): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const requestId = requestContext.current()?.requestId;
    this.pino[level]({ ...(requestId && { requestId }), ...allowed(fields) }, scrub(message));
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.forward(NEST_START.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.forward('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.forward('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.forward('fatal', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.forward('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.forward('trace', message, rest);
  }

  /** Nest's Logger: a text, an error or an object of fields first, then perhaps a stack or an error, its context last. */
  private forward(level: Exclude<LogLevel, 'silent'>, message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? String(rest.at(-1)) : undefined;
    const error = [message, ...rest].find((part) => part instanceof Error);
    const fields = [message, ...rest].find(
      (part) => typeof part === 'object' && part !== null && !(part instanceof Error),
    );
    const text = typeof message === 'string' ? message : (error?.name ?? 'event');
    this.write(level, text, { ...(fields as LogFields | undefined), context, ...(error && { error }) }); // reason: allowed() drops what is not a field
  }
}

/**
 * Several lines in one write: one for each request costs the process a tenth of the request. A line waits at most
 * `FLUSH_MS`; the process writes what is left when it ends, unless it is killed.
 */
function toStdout(): DestinationStream {
  return pino.destination({ dest: 1, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS });
}

function allowed(fields: LogFields): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || !Object.hasOwn(ALLOWED, name)) continue;
    if (name === 'error') line[name] = describeError(value);
    else if (typeof value === 'string') line[name] = name === 'requestId' ? value : shortText(value);
    else if (typeof value === 'number') line[name] = value;
  }
  return line;
}

const FIELD_LENGTH_MAX = 100;
function shortText(value: string): string {
  return scrub(value).slice(0, FIELD_LENGTH_MAX);
}
