import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openApiOfThisBuild } from '../../src/openapi.js';
import { findBreakingChanges, type OpenApi } from '../support/openapi-breaking.js';

function document(change: (doc: ReturnType<typeof base>) => void = () => undefined): OpenApi {
  const doc = base();
  change(doc);
  return doc as unknown as OpenApi;
}

function base() {
  return {
    paths: {
      '/v1/things': {
        post: {
          operationId: 'things.create',
          parameters: [
            { name: 'limit', in: 'query', required: false, schema: { type: 'integer', maximum: 200 } },
          ],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Make' } } },
          },
          responses: {
            '201': { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          } as Record<string, unknown>,
        },
      } as Record<string, Record<string, unknown>>,
    } as Record<string, Record<string, Record<string, unknown>>>,
    components: {
      schemas: {
        Make: {
          type: 'object',
          required: ['name'],
          properties: {
            name: { type: 'string', maxLength: 50 },
            kind: { type: 'string', enum: ['a', 'b'] },
          } as Record<string, object>,
        },
        Thing: {
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'string' } } as Record<string, object>,
        },
      },
    },
  };
}

const operation = (doc: ReturnType<typeof base>) => doc.paths['/v1/things']!['post']!;

const RELEASED = path.join(import.meta.dirname, '../../docs/openapi/released.json');

describe('this build', () => {
  it('breaks no client of the last release', async () => {
    const released = JSON.parse(await readFile(RELEASED, 'utf8')) as OpenApi;
    const current = JSON.parse(JSON.stringify(await openApiOfThisBuild())) as OpenApi;
    expect(Object.keys(released.paths).length).toBeGreaterThan(15);
    expect(findBreakingChanges(released, current)).toEqual([]);
  });
});

describe('breaking changes between two OpenAPI documents', () => {
  it('finds none in the same document and in additions', () => {
    expect(findBreakingChanges(document(), document())).toEqual([]);
    const wider = document((doc) => {
      doc.components.schemas.Thing.properties['note'] = { type: 'string' };
      doc.components.schemas.Make.properties['note'] = { type: 'string' };
      doc.paths['/v1/others'] = {};
    });
    expect(findBreakingChanges(document(), wider)).toEqual([]);
  });

  it.each<[string, (doc: ReturnType<typeof base>) => void]>([
    ['POST /v1/things: removed', (doc) => delete doc.paths['/v1/things']!['post']],
    ['POST /v1/things: operationId changed', (doc) => (operation(doc)['operationId'] = 'things.make')],
    [
      'POST /v1/things query limit: maximum is tighter',
      (doc) => {
        operation(doc)['parameters'] = [
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } },
        ];
      },
    ],
    ['POST /v1/things query limit: removed', (doc) => (operation(doc)['parameters'] = [])],
    [
      'POST /v1/things header Stage: now required',
      (doc) => {
        (operation(doc)['parameters'] as object[]).push({ name: 'Stage', in: 'header', required: true });
      },
    ],
    ['POST /v1/things 201: removed', (doc) => (operation(doc)['responses'] = {})],
    ['POST /v1/things body.kind: now required', (doc) => doc.components.schemas.Make.required.push('kind')],
    [
      'POST /v1/things body.kind: value b no longer taken',
      (doc) => {
        doc.components.schemas.Make.properties['kind'] = { type: 'string', enum: ['a'] };
      },
    ],
    [
      'POST /v1/things body.name: type string no longer taken',
      (doc) => {
        doc.components.schemas.Make.properties['name'] = { type: 'integer' };
      },
    ],
    ['POST /v1/things 201.id: removed', (doc) => delete doc.components.schemas.Thing.properties['id']],
    ['POST /v1/things 201.id: may now be missing', (doc) => (doc.components.schemas.Thing.required = [])],
    [
      'POST /v1/things 201.id: type null is new',
      (doc) => {
        doc.components.schemas.Thing.properties['id'] = { type: ['string', 'null'] };
      },
    ],
  ])('finds: %s', (expected, change) => {
    expect(findBreakingChanges(document(), document(change)).join('\n')).toContain(expected);
  });
});
