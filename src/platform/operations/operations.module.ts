import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ListOperations } from './list-operations.js';
import { operationRows } from './operation.row.js';
import { OperationAnswers } from './operation-answers.js';
import { OperationConfirmations } from './operation-confirmations.js';
import { OperationsController } from './operations.controller.js';
import { Operations } from './operations.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature(operationRows)],
  providers: [Operations, OperationConfirmations, OperationAnswers, ListOperations],
  exports: [Operations, OperationConfirmations, OperationAnswers, ListOperations],
})
export class OperationsModule {}

/** `/v1/operations`; apart, so that a process or a test without HTTP needs nothing of it. */
@Module({ controllers: [OperationsController] })
export class OperationsHttpModule {}
