import { Global, Module } from '@nestjs/common';
import { OperationConfirmations } from './operation-confirmations.js';
import { Operations } from './operations.js';

@Global()
@Module({
  providers: [Operations, OperationConfirmations],
  exports: [Operations, OperationConfirmations],
})
export class OperationsModule {}
