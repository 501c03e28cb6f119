import type { FastifyRequest } from 'fastify';

const PUBLIC_ID = /^[a-z]{1,16}_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/**
 * The ids in the path, and the id of what the request made. What is not one of our ids may be personal, so only its name
 * is kept.
 */
export function targetOf(request: FastifyRequest, result?: unknown): Record<string, string> {
  const params = (request.params ?? {}) as Record<string, string>; // reason: Fastify does not know the route's params
  const target = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, PUBLIC_ID.test(value) ? value : '?']),
  );
  const made = typeof result === 'object' && result !== null && 'id' in result ? result.id : undefined;
  return typeof made === 'string' && PUBLIC_ID.test(made) ? { ...target, made } : target;
}
