import { AppError } from '../errors/app-error.js';

/** Its message is written to be stored and shown: codes and ids, no personal data. */
export class JobFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JobFailed';
  }
}

/** An error may offer such a text itself: codes and ids, no personal data. */
export interface SafelyDescribed {
  readonly safeMessage: string;
}

const CODE = /^[A-Za-z0-9_.-]{2,60}$/;
const SOURCE_PLACE = /\/((?:src|migrations|test)\/[\w./-]+:\d+)/;
const LENGTH_MAX = 300;

/**
 * What may be stored about an error. The message of an arbitrary error is left out, since it may quote what it choked
 * on: a name, a phone number, a row. The error's code, its class and the place in our source are enough to find it.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof JobFailed) return error.message.slice(0, LENGTH_MAX);
  if (!(error instanceof Error)) return 'an error that is no Error';
  const safe = (error as Partial<SafelyDescribed>).safeMessage;
  if (typeof safe === 'string') return safe.slice(0, LENGTH_MAX);
  if (error instanceof AppError) return error.code;
  const code = (error as { code?: unknown }).code;
  const place = placeOf(error);
  return [
    error.constructor.name,
    typeof code === 'string' && CODE.test(code) ? ` ${code}` : '',
    place ? ` at ${place}` : '',
  ].join('');
}

function placeOf(error: Error): string | undefined {
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return frames.map((frame) => SOURCE_PLACE.exec(frame)?.[1]).find((place) => place !== undefined);
}
