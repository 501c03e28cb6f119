import { scrub } from './scrub.js';

const FRAMES_MAX = 8;
/** Errors of PostgreSQL about a value, a constraint or a syntax repeat what was sent; their code says enough. */
const REPEATS_VALUES = /^(22|23|42)[0-9A-Z]{3}$/;

/** What a message quotes is what it was given: JSON.parse, for one, repeats the text. */
const QUOTED = /"[^"]*("|$)/g;

/** What a log may say about an error: never its params, its request or its answer. */
export function describeError(error: unknown, depth = 0): object | string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  const label = typeof code === 'string' || typeof code === 'number' ? String(code).slice(0, 60) : undefined;
  return {
    name: error.name,
    ...(label && { code: label }),
    ...(!(label && REPEATS_VALUES.test(label)) && { message: scrub(error.message.replace(QUOTED, '"…"')) }),
    at: framesOf(error),
    ...(error.cause instanceof Error && depth < 2 && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** Without the first line, which repeats the message; without the folders of this machine. */
function framesOf(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, FRAMES_MAX)
    .map((line) => line.trim().replace(/(file:\/\/)?\/\S*?\/(?=(src|dist|node_modules|test)\/)/, ''));
}
