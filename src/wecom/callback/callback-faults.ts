import { AppError } from '../../platform/errors/app-error.js';

/** Data exceptions and violated constraints: PostgreSQL says the same of this content at any time. */
const ABOUT_CONTENT = /^2[23]...$/;

/** Whether trying again is in vain, because the callback itself is refused and not the moment. */
export function isFaultOfContent(error: unknown): boolean {
  if (error instanceof AppError) return error.kind !== 'unavailable' && error.kind !== 'internal';
  // reason: anything can be thrown; each part is checked before it is used
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const state = driverError?.code ?? code;
  return typeof state === 'string' && ABOUT_CONTENT.test(state);
}
