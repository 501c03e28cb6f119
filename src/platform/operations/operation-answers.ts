import { Injectable } from '@nestjs/common';
import type { Operation, OperationId } from './operation.js';
import { OperationConfirmations } from './operation-confirmations.js';
import { Operations } from './operations.js';

/** What a person says to an operation, with what its module does about it, in one unit of work. */
@Injectable()
export class OperationAnswers {
  constructor(
    private readonly operations: Operations,
    private readonly confirmations: OperationConfirmations,
  ) {}

  /** @throws operations.state_conflict when it asks nothing (any more). */
  async confirm(id: OperationId): Promise<Operation> {
    const operation = await this.operations.confirm(id);
    await this.confirmations.confirmed(operation.kind, operation.corpId, id);
    return operation;
  }

  /** The worker notices at its next report of progress. @throws operations.state_conflict when it has ended. */
  async cancel(id: OperationId): Promise<Operation> {
    const operation = await this.operations.cancel(id);
    await this.confirmations.cancelled(operation.kind, operation.corpId, id);
    return operation;
  }
}
