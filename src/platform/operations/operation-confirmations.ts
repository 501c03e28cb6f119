import { Injectable } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import type { OperationId } from './operation.js';

type Reaction = (corpId: CorpId, operationId: OperationId) => Promise<void>;

/** What a kind of operation does when a person answers its question. */
@Injectable()
export class OperationConfirmations {
  private readonly onConfirm = new Map<string, Reaction>();
  private readonly onCancel = new Map<string, Reaction>();

  /**
   * Call it in `onModuleInit`. Both run inside the unit of work that changes the operation's state (to `running`, to
   * `cancelled`), so they enqueue and write, and call nobody.
   */
  register(kind: string, onConfirm: Reaction, onCancel?: Reaction): void {
    if (this.onConfirm.has(kind)) throw new Error(`confirmation of ${kind} is registered twice`);
    this.onConfirm.set(kind, onConfirm);
    if (onCancel) this.onCancel.set(kind, onCancel);
  }

  async confirmed(kind: string, corpId: CorpId, id: OperationId): Promise<void> {
    await this.onConfirm.get(kind)?.(corpId, id);
  }

  async cancelled(kind: string, corpId: CorpId, id: OperationId): Promise<void> {
    await this.onCancel.get(kind)?.(corpId, id);
  }
}
