import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OperationConfirmations } from '../../../../platform/operations/operation-confirmations.js';
import { ContactErasures } from '../../../../wecom/index.js';
import { AnnouncementStore } from '../persistence/announcement-store.js';
import { MassStore } from '../persistence/mass-store.js';
import { DeliveryJobs } from '../use-cases/delivery-jobs.js';
import { ANNOUNCE_OPERATION } from '../use-cases/request-announcement.js';

/** What moves announcements on besides their own jobs: a person who cancels, and an erasure. */
@Injectable()
export class DeliveryAnswers implements OnModuleInit {
  constructor(
    private readonly answers: OperationConfirmations,
    private readonly erasures: ContactErasures,
    private readonly announcements: AnnouncementStore,
    private readonly sends: MassStore,
    private readonly jobs: DeliveryJobs,
  ) {}

  onModuleInit(): void {
    this.answers.register(
      ANNOUNCE_OPERATION,
      () => Promise.resolve(), // it asks nothing
      (_, id) => this.cancel(id),
    );
    this.erasures.register((externalUserIds) => this.forget(externalUserIds));
  }

  /** A task that a member has stays with him: WeCom would say no more of what became of it (41093). */
  private async cancel(id: string): Promise<void> {
    await this.announcements.cancel(id);
    await this.jobs.announce(id);
  }

  private async forget(externalUserIds: readonly string[]): Promise<void> {
    await this.announcements.forget(externalUserIds);
    await this.sends.forget(externalUserIds);
  }
}
