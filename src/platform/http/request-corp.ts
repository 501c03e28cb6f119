import type { FastifyRequest } from 'fastify';
import { CORP_ID_PREFIX } from '../auth/scope.guard.js';
import { type CorpId, parsePublicId } from '../context/typed-id.js';

/** The corp that a request is about. An operator belongs to none, and works for the one that the path names. */
export function corpOf({ apiKey, params }: FastifyRequest): CorpId | undefined {
  if (apiKey?.corpId) return apiKey.corpId;
  const { corpId } = (params ?? {}) as { corpId?: string }; // reason: Fastify does not know the route's params
  // reason: only corps carry this prefix
  return corpId === undefined ? undefined : (parsePublicId(CORP_ID_PREFIX, corpId) as CorpId | undefined);
}
