import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { defineJob, type JobRun } from '../../../platform/jobs/job.js';
import { JobFailed } from '../../../platform/jobs/job-failure.js';
import { JobHandlers } from '../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { GroupChatReader } from '../use-cases/group-chat-reader.js';
import { RecordGroupChat } from '../use-cases/record-group-chat.js';
import { GroupChatRepository } from '../persistence/group-chat-repository.js';

interface RefreshPayload {
  corpId: CorpId;
  chatId: string;
  /** ISO time: a reading before it may not show the newest event yet. */
  settledAt: string;
}

/** Twelve attempts outlast an hour in which WeCom throttles, and a night in which it is away. */
const refreshJob = defineJob<RefreshPayload>('group-chats.refresh', { attemptsMax: 12 });

/** Five of them: about a minute and a half for a new group to become visible. */
const VISIBLE_BY_ATTEMPT = 5;

/** WeCom shows a change to REST about 2 s after its event (page 92130). */
const SETTLE_MS = 2_000;

/** Reads a group again after its events have settled: one reading for a burst of them. */
@Injectable()
export class GroupChatRefresh implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly reader: GroupChatReader,
    private readonly record: RecordGroupChat,
    private readonly chats: GroupChatRepository,
  ) {}

  onModuleInit(): void {
    this.handlers.register(refreshJob, (payload, run) => this.refresh(payload, run));
  }

  /** Inside an open unit of work. A waiting job of this chat keeps its time and learns the new one to wait for. */
  async request(chatId: string): Promise<void> {
    const now = await this.database.now();
    const settledAt = new Date(now.getTime() + SETTLE_MS).toISOString();
    await this.enqueue({ corpId: this.database.corpId, chatId, settledAt }, SETTLE_MS);
  }

  private async refresh(payload: RefreshPayload, run: JobRun): Promise<void> {
    const { corpId, chatId } = payload;
    const readAt = await this.unit.read(corpId, () => this.database.now());
    const answer = await this.reader.read(corpId, chatId);
    await this.unit.run(corpId, async () => {
      await this.record.record(chatId, answer, readAt);
      const unsettledMs = new Date(payload.settledAt).getTime() - readAt.getTime();
      if (unsettledMs > 0) await this.enqueue(payload, unsettledMs);
    });
    if (answer.outcome === 'unknown') await this.insistOnNewChat(payload, run);
  }

  /** A group we never saw is rather too new to be shown than gone already; after some attempts it is gone. */
  private async insistOnNewChat({ corpId, chatId }: RefreshPayload, run: JobRun): Promise<void> {
    const known = await this.unit.run(corpId, () => this.chats.lock(chatId));
    if (!known && run.attempt < VISIBLE_BY_ATTEMPT)
      throw new JobFailed('the new group chat is not visible yet');
  }

  private enqueue(payload: RefreshPayload, delayMs: number): Promise<void> {
    return this.jobs.enqueue(refreshJob, payload, { key: payload.chatId, delayMs });
  }
}
