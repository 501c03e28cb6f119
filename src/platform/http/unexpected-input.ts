import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { InvalidField } from './problem.js';
import { ValidationError } from './validation-error.js';

/** Nest's own keys: what a handler asks for, as `<kind>:<index>`. A contract of Nest since version 6; a test holds it. */
const ROUTE_ARGUMENTS = '__routeArguments__';
const BODY = '3';
const QUERY = '4';

/** A handler without a body or a query would silently ignore what was sent; its caller should learn about it. */
export function refuseUnexpectedInput(context: ExecutionContext, request: FastifyRequest): void {
  const takes = wantedBy(context);
  const problems: InvalidField[] = [];
  if (!takes.has(QUERY)) {
    // reason: Fastify does not know the route's query; only its keys are read
    for (const key of Object.keys((request.query ?? {}) as object)) {
      problems.push({ in: 'query', pointer: `/${key}`.slice(0, 200), code: 'unknown' });
    }
  }
  if (!takes.has(BODY) && hasContent(request.body))
    problems.push({ in: 'body', pointer: '', code: 'unknown' });
  if (problems.length > 0) throw new ValidationError(problems);
}

/** It never changes while the process runs. */
const wanted = new WeakMap<object, ReadonlySet<string>>();

function wantedBy(context: ExecutionContext): ReadonlySet<string> {
  const handler = context.getHandler();
  const known = wanted.get(handler) ?? readWanted(context, handler.name);
  wanted.set(handler, known);
  return known;
}

function readWanted(context: ExecutionContext, handler: string): ReadonlySet<string> {
  // reason: reflect-metadata answers any; only its keys are read
  const metadata = Reflect.getMetadata(ROUTE_ARGUMENTS, context.getClass(), handler) as object | undefined;
  return new Set(Object.keys(metadata ?? {}).map((key) => key.slice(0, key.indexOf(':'))));
}

/** An empty object says nothing: many clients send one with every POST. */
function hasContent(body: unknown): boolean {
  if (body === undefined || body === null) return false;
  return typeof body !== 'object' || Array.isArray(body) || Object.keys(body).length > 0;
}
