import { type DynamicModule, Global, Module } from '@nestjs/common';
import { JobHandlers } from './job-handlers.js';
import { Jobs } from './jobs.js';
import { Schedules } from './schedules.js';

export interface JobsOptions {
  /** Connects as the app role, direct to the server: a pooler in transaction mode would lose the heartbeat's lock. */
  readonly databaseUrl: string;
  /** False in a process that only serves HTTP: it adds jobs and takes none. */
  readonly runWorker: boolean;
  /** How many jobs this process works on at once. */
  readonly concurrency: number;
}

@Global()
@Module({})
export class JobsModule {
  static register(_options: JobsOptions): DynamicModule {
    return {
      module: JobsModule,
      providers: [JobHandlers, Jobs, Schedules],
      exports: [JobHandlers, Jobs, Schedules],
    };
  }
}
