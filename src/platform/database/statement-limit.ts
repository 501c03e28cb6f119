import type { PoolClient } from 'pg';
import { requestContext } from '../context/request-context.js';

/** Own choice: a caller of the API has given up by then, and each that waits holds a connection. */
const REQUEST_MAX_MS = 10_000;
/** Own choice: above what any statement of a job takes, so only a server that hangs is left. */
const STATEMENT_MAX_MS = 120_000;

/** How long an answer of the database is waited for. A server that hangs, unlike one that is gone, ends no connection. */
export function statementLimitMs(): number {
  return requestContext.current()?.actor.kind === 'key' ? REQUEST_MAX_MS : STATEMENT_MAX_MS;
}

/** pg has no code for it. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Ends a connection that still owes an answer: the pool would lend it to the next one, who would wait as long. */
export function discard(client: PoolClient): void {
  // reason: a client of the pool is a Client; the pool drops one that was ended, and ending it here waits for nothing
  const { end } = client as unknown as { end(): Promise<void> };
  void end.call(client).catch(() => undefined);
}
