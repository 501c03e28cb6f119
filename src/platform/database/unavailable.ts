/** The database went away, is starting, is full, or gave up waiting: the same work may succeed in a moment. */
const UNAVAILABLE =
  /^(08...|53...|55P03|57014|57P0[1-5]|40001|40P01|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
/** pg has no code for these. */
const CONNECTION_LOST =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Query read timeout)|is not currently accepting connections$/;

/** A connection was refused, or cannot be made: whatever was wanted of it was not even asked. */
const NOT_CONNECTED = /^(08001|08004|57P03|ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/;

/** Whether an error of the database is about the moment, and not about what was asked of it. */
export function isUnavailable(error: unknown): boolean {
  return codesOf(error).some((code) => UNAVAILABLE.test(code)) || isConnectionLost(error);
}

/** Whether nobody was there to be asked: nothing that the caller wanted can be the reason. */
export function isNotConnected(error: unknown): boolean {
  return codesOf(error).some((code) => NOT_CONNECTED.test(code)) || isRefusedByTheSystem(error);
}

/** The codes of an error and of what caused it: TypeORM and Fastify wrap. */
export function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 4) return [];
  const { code, cause, driverError } = error as { code?: unknown; cause?: unknown; driverError?: unknown };
  return [
    ...(typeof code === 'string' ? [code] : []),
    ...codesOf(driverError, depth + 1),
    ...codesOf(cause, depth + 1),
  ];
}

function isConnectionLost(error: unknown): boolean {
  // reason: anything can be thrown; each part is checked before it is used
  const { message } = (error ?? {}) as { message?: unknown };
  return isRefusedByTheSystem(error) || (typeof message === 'string' && CONNECTION_LOST.test(message));
}

/** Whatever the system calls it: no route to the host, no socket file while the server is down. */
function isRefusedByTheSystem(error: unknown): boolean {
  // reason: as above
  return ((error ?? {}) as { syscall?: unknown }).syscall === 'connect';
}
