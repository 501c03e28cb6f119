import { applyDecorators, HttpCode, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { type EndpointOptions, isForReaders } from './endpoint-options.js';
import { WriteUnitInterceptor } from './write-unit.interceptor.js';

const endpoints = new Map<string, EndpointOptions>();
const FILE_BODY = [
  ApiConsumes('application/octet-stream'),
  ApiBody({ schema: { type: 'string', format: 'binary', example: 'bytes' } }),
];

/** Stands on every controller method: what it is called, who may call it, what it answers. */
export function Endpoint(options: EndpointOptions): MethodDecorator {
  if (endpoints.has(options.id)) throw new Error(`endpoint ${options.id} is declared twice`);
  endpoints.set(options.id, options);
  const status = options.status ?? 200;
  return applyDecorators(
    RouteConfig({ endpoint: options }),
    HttpCode(status),
    ...(isForReaders(options) ? [] : [UseInterceptors(WriteUnitInterceptor)]),
    ...(options.fileBytesMax === undefined ? [] : FILE_BODY),
    ApiOperation({
      operationId: options.id,
      summary: `${options.summary.en} · ${options.summary.zh}`,
      ...(options.description && { description: `${options.description.en}\n\n${options.description.zh}` }),
      tags: [options.id.slice(0, options.id.indexOf('.'))],
    }),
    ApiResponse({
      status,
      description: options.summary.en,
      ...(options.response && { type: options.response }),
      ...(options.fileResponse && { content: filesOf(options.fileResponse) }),
    }),
  );
}

function filesOf(
  mediaTypes: readonly string[],
): Record<string, { schema: { type: 'string'; format: 'binary'; example: string } }> {
  const schema = { type: 'string', format: 'binary', example: 'bytes' } as const;
  return Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }]));
}

export function findEndpoint(id: string): EndpointOptions | undefined {
  return endpoints.get(id);
}
