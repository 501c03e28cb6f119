import { hash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defaultIfEmpty, lastValueFrom, type Observable, of } from 'rxjs';
import { Audit } from '../audit/audit.js';
import type { AuthenticatedKey } from '../auth/current-key.js';
import { Ids } from '../clock/ids.js';
import type { CorpId } from '../context/typed-id.js';
import { isUnavailable } from '../database/unavailable.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AppLogger } from '../logging/app-logger.js';
import { type EndpointOptions, isReading } from './endpoint-options.js';
import { asAppError } from './foreign-errors.js';
import { corpOf } from './request-corp.js';
import { Idempotency, type IdempotentCall } from './idempotency.js';
import { statusOf } from './status-of.js';
import { targetOf } from './audit-target.js';
import { refuseUnexpectedInput } from './unexpected-input.js';

interface Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly endpoint: EndpointOptions;
  readonly key: AuthenticatedKey;
  readonly corpId: CorpId | undefined;
  readonly handle: () => Promise<unknown>;
}

/**
 * One unit of work around each handler that writes, together with the audit entry and, for POST, the stored answer. All
 * three are there or none. After a deadlock the handler runs again inside a new transaction,
 * in which the first run left nothing. An endpoint that works in units of its own (`ownUnits`) gets none.
 * What reads has its unit from `installReadingUnits`.
 */
@Injectable()
export class WriteUnitInterceptor implements NestInterceptor {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly ids: Ids,
    private readonly log: AppLogger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { endpoint, apiKey: key } = request;
    if (!endpoint || !key || isReading(endpoint, request.method)) return next.handle();
    const handle = async (): Promise<unknown> => {
      refuseUnexpectedInput(context, request);
      return lastValueFrom(next.handle().pipe(defaultIfEmpty(undefined)));
    };
    // reason for the cast: an id that was made for a corp is one
    const corpId = endpoint.newCorp ? (this.ids.next() as CorpId) : corpOf(request);
    const call: Call = { request, reply: http.getResponse<FastifyReply>(), endpoint, key, corpId, handle };
    if (endpoint.ownUnits) return of(await handle());
    return of(await this.write(call));
  }

  private async write(call: Call): Promise<unknown> {
    try {
      return await this.unit.run(call.corpId, () => this.effectOnce(call));
    } catch (error) {
      if (!isUnavailable(error)) await this.recordRefusal(call, error); // else the caller would wait for the database twice
      throw error;
    }
  }

  private async effectOnce(call: Call): Promise<unknown> {
    const { request, reply, endpoint, key } = call;
    const status = endpoint.status ?? 200;
    if (request.method !== 'POST') {
      const result = await call.handle();
      await this.audit.append({ action: endpoint.id, target: targetOf(request), status });
      return result;
    }
    const repeated: IdempotentCall = {
      owner: `${key.kind}:${key.corpId ?? ''}:${key.owner}`,
      key: Idempotency.keyOf(request.headers['idempotency-key']),
      request: JSON.stringify([request.method, request.url, bodyHashOf(request)]),
    };
    const stored = await this.idempotency.begin(repeated);
    if (stored) {
      void reply.status(stored.status).header('idempotency-replayed', 'true');
      return stored.body === undefined ? undefined : (JSON.parse(stored.body) as unknown);
    }
    const result = await call.handle();
    await this.audit.append({ action: endpoint.id, target: targetOf(request, result), status });
    const body = result === undefined ? undefined : JSON.stringify(result);
    await this.idempotency.store(repeated, { status, body }, { keepBody: !endpoint.secretResponse });
    return result;
  }

  /** A refused write is part of the trail, too. What an operator failed to do stands with the operators. */
  private async recordRefusal(call: Call, error: unknown): Promise<void> {
    const { endpoint, key, request } = call;
    const status = statusOf(asAppError(error).kind);
    try {
      await this.unit.run(key.corpId, () =>
        this.audit.append({ action: endpoint.id, target: targetOf(request), status }),
      );
    } catch (auditError) {
      this.log.write('error', 'the refused write is not in the audit trail', {
        operation: endpoint.id,
        error: auditError,
      });
    }
  }
}

/** As it came: to write a body of a thousand items as JSON once more would take longer than to read it. */
function bodyHashOf({ body, bodyHash }: FastifyRequest): string | undefined {
  return Buffer.isBuffer(body) ? hash('sha256', body) : bodyHash;
}
