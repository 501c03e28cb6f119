import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import type { JobDefinition, JobHandler, JobLane } from './job.js';

export interface RegisteredJob {
  readonly name: string;
  readonly lane: JobLane;
  readonly handle: JobHandler<unknown>;
}

/** Who does which job. Handlers run outside any unit of work, on any process that works. */
@Injectable()
export class JobHandlers implements OnApplicationBootstrap {
  private readonly handlers = new Map<string, RegisteredJob>();
  private closed = false;

  /**
   * Call it in `onModuleInit`.
   * @throws when the job has a handler already, or when the application has started: the worker would not take the job.
   */
  register<P extends { corpId?: CorpId }>(job: JobDefinition<P>, handle: JobHandler<P>): void {
    if (this.closed) throw new Error(`job ${job.name} registered too late: use onModuleInit`);
    if (this.handlers.has(job.name)) throw new Error(`job ${job.name} has two handlers`);
    // reason for the cast: a queue gives the payload back as it was stored under this definition
    const untyped = handle as JobHandler<unknown>;
    this.handlers.set(job.name, { name: job.name, lane: job.lane, handle: untyped });
  }

  all(): readonly RegisteredJob[] {
    return [...this.handlers.values()];
  }

  onApplicationBootstrap(): void {
    this.closed = true;
  }
}
