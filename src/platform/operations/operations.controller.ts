import { Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../http/cursors.js';
import { Endpoint } from '../http/endpoint.js';
import { httpErrors } from '../http/http.errors.js';
import { keysetPage } from '../http/keyset-page.js';
import { type Page, pageOf } from '../http/page.js';
import { PublicIdParam } from '../http/public-id-param.js';
import { ListOperations } from './list-operations.js';
import { OPERATION_ID_PREFIX, type OperationId } from './operation.js';
import { OperationAnswers } from './operation-answers.js';
import { OperationsQuery, OperationView } from './operation.view.js';
import { operationsErrors } from './operations.errors.js';
import { Operations } from './operations.js';

const { not_found, state_conflict } = operationsErrors;

@Controller('v1/operations')
export class OperationsController {
  constructor(
    private readonly operations: Operations,
    private readonly answers: OperationAnswers,
    private readonly operationsList: ListOperations,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'operations.list',
    summary: { en: 'List operations, the newest first', zh: '操作列表（新的在前）' },
    scope: 'operations:read',
    response: pageOf(OperationView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: OperationsQuery): Promise<Page<OperationView>> {
    return keysetPage(this.cursors, {
      name: 'operations',
      query,
      read: (after: { id: string } | undefined, limit) => this.operationsList.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: OperationView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'operations.get',
    summary: { en: 'Get one operation with its progress', zh: '查询操作及其进度' },
    scope: 'operations:read',
    response: OperationView,
    errors: [not_found],
  })
  async get(@PublicIdParam('id', OPERATION_ID_PREFIX, not_found) id: OperationId): Promise<OperationView> {
    return OperationView.of(await this.operations.get(id));
  }

  @Post(':id/confirm')
  @Endpoint({
    id: 'operations.confirm',
    summary: { en: 'Answer the question of an operation: go on', zh: '确认并继续操作' },
    scope: 'operations:approve',
    response: OperationView,
    errors: [not_found, state_conflict],
  })
  async confirm(
    @PublicIdParam('id', OPERATION_ID_PREFIX, not_found) id: OperationId,
  ): Promise<OperationView> {
    return OperationView.of(await this.answers.confirm(id));
  }

  @Post(':id/cancel')
  @Endpoint({
    id: 'operations.cancel',
    summary: { en: 'Cancel an operation that has not ended', zh: '取消尚未结束的操作' },
    scope: 'operations:write',
    response: OperationView,
    errors: [not_found, state_conflict],
  })
  async cancel(@PublicIdParam('id', OPERATION_ID_PREFIX, not_found) id: OperationId): Promise<OperationView> {
    return OperationView.of(await this.answers.cancel(id));
  }
}
