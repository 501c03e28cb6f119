import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { operationRows } from './operation.row.js';
import { OperationConfirmations } from './operation-confirmations.js';
import { Operations } from './operations.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature(operationRows)],
  providers: [Operations, OperationConfirmations],
  exports: [Operations, OperationConfirmations],
})
export class OperationsModule {}
