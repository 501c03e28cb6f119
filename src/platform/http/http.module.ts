import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { ScopeGuard } from '../auth/scope.guard.js';
import { Cursors } from './cursors.js';
import { Idempotency } from './idempotency.js';
import { IdempotencyRetention } from './idempotency-retention.js';
import { InputGuard } from './input.guard.js';
import { ProblemFilter } from './problem.filter.js';
import { RequestPipe } from './request.pipe.js';
import { RouteTable } from './route-table.js';
import { Signatures } from './signatures.js';

/** What every endpoint gets by itself: errors as problems, scopes, validation, a unit of work with audit and idempotency. */
@Global()
@Module({
  providers: [
    Cursors,
    Idempotency,
    IdempotencyRetention,
    RouteTable,
    Signatures,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: ScopeGuard },
    { provide: APP_GUARD, useClass: InputGuard },
    { provide: APP_PIPE, useClass: RequestPipe },
  ],
  exports: [Cursors, Idempotency, Signatures],
})
export class HttpModule {}
