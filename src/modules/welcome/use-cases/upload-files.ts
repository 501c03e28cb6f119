import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { describeFailure } from '../../../platform/jobs/job-failure.js';
import { defineJob } from '../../../platform/jobs/job.js';
import { JobHandlers } from '../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { MediaGateway } from '../../../wecom/index.js';
import { MEDIA_LIFE_MS, REFRESH_BEFORE_MS, type WelcomeFile } from '../domain/file.js';
import { FileRepository } from '../persistence/file-repository.js';

type FilePayload = { corpId: CorpId; fileId: string };
/** Half an hour, so that no short outage of WeCom parks it; the hourly round tries again. */
const uploadJob = defineJob<FilePayload>('welcome.upload_file', { attemptsMax: 8 });

/** Gives WeCom the files that welcomes send, and gives them again before it forgets them. */
@Injectable()
export class UploadFiles implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly files: FileRepository,
    private readonly gateway: MediaGateway,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.handlers.register(uploadJob, (payload) => this.upload(payload));
  }

  /** Inside an open unit of work: the upload begins when it has committed. */
  async enqueue(fileId: string): Promise<void> {
    await this.jobs.enqueue(uploadJob, { corpId: this.database.corpId, fileId }, { key: fileId });
  }

  /** Files that are taken into use. */
  async enqueueStale(files: readonly WelcomeFile[]): Promise<void> {
    const soon = this.refreshBefore();
    for (const { id, wecomReference, usableUntil } of files) {
      if (wecomReference === null || (usableUntil && usableUntil < soon)) await this.enqueue(id);
    }
  }

  /** Files in use. */
  async enqueueAllStale(): Promise<void> {
    for (const id of await this.files.listStale(this.refreshBefore())) await this.enqueue(id);
  }

  /** Media ids that end before this are replaced. */
  private refreshBefore(): Date {
    return new Date(this.clock.now().getTime() + REFRESH_BEFORE_MS);
  }

  /** @throws what the gateway throws, after it was noted with the file. */
  private async upload({ corpId, fileId }: FilePayload): Promise<void> {
    const read = () => this.files.find(fileId);
    const file = await this.unit.read(corpId, read);
    const bytes = file && (await this.unit.read(corpId, () => this.files.readBytes(fileId)));
    if (!file || !bytes) return; // deleted meanwhile
    try {
      const { reference, usableUntil } = await this.give(corpId, file, bytes);
      await this.unit.run(corpId, () => this.files.noteUploaded(fileId, reference, usableUntil));
    } catch (error) {
      await this.unit.run(corpId, () => this.files.noteProblem(fileId, describeFailure(error)));
      throw error;
    }
  }

  private async give(
    corpId: CorpId,
    { kind, name, contentType }: WelcomeFile,
    bytes: Buffer,
  ): Promise<{ reference: string; usableUntil?: Date }> {
    const part = { filename: name, contentType, bytes };
    if (kind === 'picture') return { reference: await this.gateway.uploadImage(corpId, part) };
    const { mediaId, createdAt } = await this.gateway.upload(corpId, kind, part);
    return { reference: mediaId, usableUntil: new Date(createdAt.getTime() + MEDIA_LIFE_MS) };
  }
}
