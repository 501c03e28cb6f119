import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { writeRemarkJob } from '../use-cases/request-remark.js';
import { WriteRemark } from '../use-cases/write-remark.js';

/** Each wish for a remark has a job until it is settled. */
@Injectable()
export class RemarkWrites implements OnModuleInit {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly writing: WriteRemark,
  ) {}

  onModuleInit(): void {
    this.handlers.register(writeRemarkJob, ({ corpId, relationId }) =>
      this.writing.write(corpId, relationId),
    );
  }
}
