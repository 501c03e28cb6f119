import { Injectable } from '@nestjs/common';
import type { OperationId } from '../../../../platform/operations/operation.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { StaffDirectory } from '../../../staff/index.js';
import { customersErrors } from '../../customers.errors.js';
import type { HandoverKind } from '../domain/handover.js';
import { handoverErrors } from '../handover.errors.js';
import { HandoverStore } from '../persistence/handover-store.js';
import { HandoverJobs } from './handover-jobs.js';

export const HANDOVER_OPERATION = 'customers.handover';

export interface HandoverRequest {
  readonly kind: HandoverKind;
  readonly fromStaffUserId: string;
  readonly toStaffUserId: string;
  readonly customerIds?: readonly string[];
  readonly allCustomers?: boolean;
  readonly chatIds?: readonly string[];
  readonly message?: string;
}

/** Notes what shall be handed over before WeCom hears of it. Inside an open unit of work. */
@Injectable()
export class RequestHandover {
  constructor(
    private readonly items: HandoverStore,
    private readonly operations: Operations,
    private readonly staff: StaffDirectory,
    private readonly jobs: HandoverJobs,
  ) {}

  /** @throws customers.handover_empty, handover_same_staff, handover_staff_unknown, handover_message_in_service_only, not_found */
  async request(request: HandoverRequest): Promise<OperationId> {
    const { kind, message, allCustomers = false, customerIds = [], chatIds = [] } = request;
    await this.assertPossible(request);
    const customers = [...new Set(customerIds)];
    const externalUserIds = await this.items.externalIdsOf(customers);
    if (externalUserIds.length < customers.length) throw customersErrors.not_found();
    const groups = [...new Set(chatIds)];
    const known = externalUserIds.length + groups.length;
    const id = await this.operations.startAlongside(HANDOVER_OPERATION, allCustomers ? undefined : known);
    const { fromStaffUserId: fromUserId, toStaffUserId: toUserId } = request;
    await this.items.insert({
      id,
      kind,
      fromUserId,
      toUserId,
      message: message ?? null,
      isListing: allCustomers,
    });
    await this.items.addItems(id, 'customer', externalUserIds);
    await this.items.addItems(id, 'group', groups);
    await this.jobs.wake(id);
    return id;
  }

  /** A former member may be gone from the directory; WeCom knows who left. */
  private async assertPossible(request: HandoverRequest): Promise<void> {
    const { kind, fromStaffUserId, toStaffUserId, message, allCustomers = false, customerIds = [] } = request;
    const named = customerIds.length + (request.chatIds?.length ?? 0);
    if ((allCustomers && customerIds.length > 0) || (!allCustomers && named === 0)) {
      throw handoverErrors.handover_empty();
    }
    if (message !== undefined && kind === 'resigned') throw handoverErrors.handover_message_in_service_only();
    if (fromStaffUserId.toLowerCase() === toStaffUserId.toLowerCase())
      throw handoverErrors.handover_same_staff();
    const needed = kind === 'in_service' ? [fromStaffUserId, toStaffUserId] : [toStaffUserId];
    for (const userId of needed) {
      if (!(await this.staff.find(userId))) throw handoverErrors.handover_staff_unknown();
    }
  }
}
