import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { authErrors } from '../auth/auth.errors.js';
import { type AuthenticatedKey, CurrentKey } from '../auth/current-key.js';
import { Metrics } from './metrics.js';

/** Not an endpoint of the API: it opens no unit of work, so that it answers without a database once the key is known. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  async read(@CurrentKey() key: AuthenticatedKey, @Res() reply: FastifyReply): Promise<void> {
    if (key.kind !== 'operator') throw authErrors.scope_missing({ needs: ['operator'] });
    const { type, text } = await this.metrics.render();
    await reply.header('content-type', type).send(text);
  }
}
