import { Injectable } from '@nestjs/common';
import type { OperationId } from '../../../../platform/operations/operation.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { Batches } from '../../batches/queries/batches.js';
import { couponsErrors } from '../../coupons.errors.js';
import { deliveryErrors } from '../delivery.errors.js';
import { type AttachmentOrder, findMessageFault, toContactAttachment } from '../domain/message-fault.js';
import { AnnouncementStore } from '../persistence/announcement-store.js';
import { DeliveryJobs } from './delivery-jobs.js';

export const ANNOUNCE_OPERATION = 'coupons.announce';

export interface AnnouncementOrder {
  readonly batchId: string;
  readonly text?: string;
  readonly attachments: readonly AttachmentOrder[];
  readonly again: boolean;
}

/** Notes what shall be announced before WeCom hears of it. Inside an open unit of work. */
@Injectable()
export class RequestAnnouncement {
  constructor(
    private readonly batches: Batches,
    private readonly announcements: AnnouncementStore,
    private readonly operations: Operations,
    private readonly jobs: DeliveryJobs,
  ) {}

  /** @throws coupons.batch_not_found, batch_state_refused, announcement_invalid, announcement_open */
  async request({ batchId, text, attachments, again }: AnnouncementOrder): Promise<OperationId> {
    const { state } = await this.batches.get(batchId);
    if (!ANNOUNCED_STATES.has(state)) throw couponsErrors.batch_state_refused({ state });
    const field = findMessageFault({ ...(text !== undefined && { text }), attachments });
    if (field) throw deliveryErrors.announcement_invalid({ field });
    const id = await this.operations.startAlongside(ANNOUNCE_OPERATION);
    const isNew = await this.announcements.insert({
      id,
      batchId,
      text: text ?? null,
      attachments: attachments.map(toContactAttachment),
      again,
    });
    if (!isNew) throw deliveryErrors.announcement_open();
    await this.jobs.announce(id);
    return id;
  }
}

/** Of the others nobody holds a coupon that he could use. */
const ANNOUNCED_STATES: ReadonlySet<string> = new Set(['running', 'paused', 'ended']);
