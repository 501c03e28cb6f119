import { isNotConnected } from '../database/unavailable.js';
import { AppError, type ErrorKind } from '../errors/app-error.js';
import { httpErrors } from '../http/http.errors.js';
import type { JobRun } from '../jobs/job.js';
import { operationsErrors } from './operations.errors.js';

/** About what was asked for, and not about the moment. */
const FINAL_KINDS: ReadonlySet<ErrorKind> = new Set(['unprocessable', 'conflict', 'not_found']);

/**
 * Whether an error that a job met ends the operation which it works on, so that none stays open for ever.
 * @returns the code to fail with; undefined when a person has ended it, or is being asked: then nothing is left to do.
 * @throws the error while another attempt may fare better.
 */
export function finalCodeOf(
  error: unknown,
  { attempt, attemptsMax }: Pick<JobRun, 'attempt' | 'attemptsMax'>,
): string | undefined {
  const known = error instanceof AppError ? error : undefined;
  if (known?.code === operationsErrors.state_conflict.code) return undefined;
  if (known && FINAL_KINDS.has(known.kind) && !known.retryable) return known.code;
  if (attempt < attemptsMax || isNotConnected(error)) throw error; // the worker gives an attempt without a connection back
  return httpErrors.internal.code;
}
