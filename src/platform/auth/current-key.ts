import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CorpId } from '../context/typed-id.js';
import type { Scope } from './scopes.js';

/** The API key that a request came with, already checked. */
export interface AuthenticatedKey {
  readonly id: string;
  /** The id as callers and logs see it. */
  readonly publicId: string;
  readonly kind: 'operator' | 'corp';
  /** Set for corp keys only. */
  readonly corpId?: CorpId;
  /** Who is responsible for the key; stays the same when the key is rotated. */
  readonly owner: string;
  readonly scopes: readonly Scope[];
  /**
   * Codes of the stores that a corp key keeps to; null: all of them. A key with stores reaches only the endpoints that say
   * `withinStores`, and those ask `mayActFor`.
   */
  readonly storeCodes: readonly string[] | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent on public paths. */
    apiKey?: AuthenticatedKey;
  }
}

/** @param storeCode undefined: no store was named, which only a key of all stores may leave out. */
export function mayActFor({ storeCodes }: AuthenticatedKey, storeCode: string | undefined): boolean {
  return storeCodes === null || (storeCode !== undefined && storeCodes.includes(storeCode));
}

/** One who writes his name with other letter cases, widths or blanks is the same, wherever two people are asked for. */
export function isSameOwner(a: string, b: string): boolean {
  return plainOwner(a) === plainOwner(b);
}

/** The one spelling of an owner, for whoever keeps and counts what owners do. */
export function plainOwner(owner: string): string {
  return owner.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** The key of the request, as a parameter of a controller method. */
export const CurrentKey = createParamDecorator((_: unknown, context: ExecutionContext): AuthenticatedKey => {
  const { apiKey } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!apiKey) throw new Error('@CurrentKey on an endpoint that needs no key');
  return apiKey;
});
