import { Injectable } from '@nestjs/common';
import { OperationView } from '../operations/operation.view.js';
import { Operations } from '../operations/operations.js';
import { Syncs } from './syncs.js';

/** The answer of `POST /v1/…/sync`. */
@Injectable()
export class StartSync {
  constructor(
    private readonly syncs: Syncs,
    private readonly operations: Operations,
  ) {}

  /** Inside an open unit of work. @throws operations.already_running */
  async start(kind: string): Promise<OperationView> {
    return OperationView.of(await this.operations.get(await this.syncs.start(kind)));
  }
}
