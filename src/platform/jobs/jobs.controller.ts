import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Cursors } from '../http/cursors.js';
import { Endpoint } from '../http/endpoint.js';
import { httpErrors } from '../http/http.errors.js';
import { keysetPage } from '../http/keyset-page.js';
import { type Page, pageOf } from '../http/page.js';
import { jobsErrors } from './jobs.errors.js';
import { JobsQuery, ParkedJobView } from './parked-job.view.js';
import { ParkedJobs } from './parked-jobs.js';

@Controller('v1/jobs')
export class JobsController {
  constructor(
    private readonly parkedJobs: ParkedJobs,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'jobs.list',
    summary: { en: 'List parked jobs, the newest first', zh: '已搁置任务列表（新的在前）' },
    scope: 'jobs:read',
    response: pageOf(ParkedJobView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: JobsQuery): Promise<Page<ParkedJobView>> {
    return keysetPage(this.cursors, {
      name: 'jobs',
      query,
      read: (after: { id: string } | undefined, limit) => this.parkedJobs.list(limit, after?.id),
      keyOf: ({ id }) => ({ id }),
      viewOf: ParkedJobView.of,
    });
  }

  @Post(':id/replay')
  @Endpoint({
    id: 'jobs.replay',
    summary: { en: 'Give a parked job all its attempts again', zh: '重新执行已搁置的任务' },
    scope: 'jobs:write',
    status: 204,
    errors: [jobsErrors.not_found],
  })
  async replay(@Param('id') id: string): Promise<void> {
    await this.parkedJobs.replay(id);
  }
}
