import { expect, test } from '@jest/globals';
import Fastify from 'fastify';
import type { UnitOfWork } from '../database/unit-of-work.js';
import type { EndpointOptions } from './endpoint-options.js';
import { installReadingUnits } from './reading-units.js';

const summary = { en: 'Probe', zh: '探针' };
const units: string[] = [];
// reason: the only part of a unit of work that is used here
const unit = {
  read: (corpId: string | undefined, work: () => Promise<unknown>) => {
    units.push(String(corpId));
    return work();
  },
} as unknown as UnitOfWork;

async function answerOf(method: 'GET' | 'POST', endpoint: EndpointOptions): Promise<string> {
  const fastify = Fastify();
  installReadingUnits(fastify, unit);
  fastify.route({ method, url: '/', config: { endpoint }, handler: () => Promise.resolve('answer') });
  return (await fastify.inject({ method, url: '/' })).body;
}

test('opens a unit of work around what reads, and around nothing else', async () => {
  const asked = { get: 0, search: 0, ownUnits: 0, write: 0 };
  expect(await answerOf('GET', { id: 'probe.get', summary, scope: 'customers:read' })).toBe('answer');
  asked.get = units.length;
  await answerOf('POST', { id: 'probe.search', summary, scope: 'customers:read', search: true });
  asked.search = units.length;
  await answerOf('GET', { id: 'probe.own', summary, scope: 'customers:read', ownUnits: true });
  asked.ownUnits = units.length;
  expect(await answerOf('POST', { id: 'probe.write', summary, scope: 'customers:write' })).toBe('answer');
  asked.write = units.length;
  expect(asked).toEqual({ get: 1, search: 2, ownUnits: 2, write: 2 });
});

test('an endpoint that writes must not be open to a key that may only read', async () => {
  const endpoint = { id: 'probe.leak', summary, scope: ['operator', 'customers:read'] } as const;
  await expect(answerOf('POST', endpoint)).rejects.toThrow('probe.leak writes');
});
