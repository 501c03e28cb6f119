import type { CorpId } from '../context/typed-id.js';

/** `fast` has workers of its own in each process that works, which no job of another lane can occupy. */
export type JobLane = 'normal' | 'fast';

/**
 * A kind of background work. Payloads hold ids and the corp id only: the queue's tables have no tenant wall, and what
 * stands in them is read by people who look for stuck jobs.
 */
export interface JobDefinition<P extends { corpId?: CorpId }> {
  readonly name: string;
  /** After so many attempts the job is parked: it waits for a person, see `GET /v1/jobs`. */
  readonly attemptsMax: number;
  readonly lane: JobLane;
  /** What a job gets that names none: a fast one stands before all others, so it is found without reading past them. */
  readonly priority: number;
  /** Never set; carries the payload's type. */
  readonly payload?: P;
}

/** What a handler may know about the attempt that it is. */
export interface JobRun {
  /** Counts from 1. An attempt that died with its process counts too. */
  readonly attempt: number;
  readonly attemptsMax: number;
  /** Aborted when the process shuts down: stop at the next safe point by throwing, the job comes again. */
  readonly signal: AbortSignal;
}

export type JobHandler<P> = (payload: P, run: JobRun) => Promise<void>;

const ATTEMPTS_LIMIT = 25;
const FAST_PRIORITY = -1_000;

/**
 * Declares a job. Attempt n that fails is followed by a pause of e^n seconds (at most e^10, six hours).
 * @param name `<module>.<verb_noun>`; stays for ever, because stored jobs name it.
 */
export function defineJob<P extends { corpId?: CorpId }>(
  name: string,
  options: { attemptsMax: number; lane?: JobLane },
): JobDefinition<P> {
  if (options.attemptsMax < 1 || options.attemptsMax > ATTEMPTS_LIMIT) {
    throw new Error(`job ${name}: attemptsMax must be between 1 and ${ATTEMPTS_LIMIT}`);
  }
  const { attemptsMax, lane = 'normal' } = options;
  return { name, attemptsMax, lane, priority: lane === 'fast' ? FAST_PRIORITY : 0 };
}
