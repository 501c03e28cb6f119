import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { jobRows } from './job.row.js';
import { FastLane } from './fast-lane.js';
import { JobsController } from './jobs.controller.js';
import { JobHandlers } from './job-handlers.js';
import { JobMetrics } from './job-metrics.js';
import { Jobs } from './jobs.js';
import { JOBS_OPTIONS, type JobsOptions } from './jobs-options.js';
import { ParkedJobs } from './parked-jobs.js';
import { ScheduleTicker } from './schedule-ticker.js';
import { Schedules } from './schedules.js';
import { Worker } from './worker.js';

@Global()
@Module({})
export class JobsModule {
  static register(options: JobsOptions): DynamicModule {
    return {
      module: JobsModule,
      imports: [TypeOrmModule.forFeature(jobRows), ...(options.runWorker ? [ScheduleModule.forRoot()] : [])],
      providers: [
        { provide: JOBS_OPTIONS, useValue: options },
        FastLane,
        JobHandlers,
        Jobs,
        ParkedJobs,
        Schedules,
        ...(options.runWorker ? [Worker, ScheduleTicker] : []),
      ],
      exports: [FastLane, JobHandlers, Jobs, ParkedJobs, Schedules],
    };
  }
}

/** `/v1/jobs` and the figures of the queue; apart, so that a process or a test without HTTP needs nothing of it. */
@Module({ controllers: [JobsController], providers: [JobMetrics] })
export class JobsHttpModule {}
