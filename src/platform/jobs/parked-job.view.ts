import { EnumField, IntegerField, TextField, TimeField } from '../http/fields.js';
import { PageQuery } from '../http/page.js';
import type { ParkedJob } from './parked-jobs.js';

const ATTEMPTS_MAX = 25;

export class JobsQuery extends PageQuery {
  @EnumField(['parked'], {
    example: 'parked',
    description: 'failed as often as allowed and waits for a replay',
  })
  state: 'parked';
}

export class ParkedJobView {
  @TextField({ max: 19, pattern: /^\d+$/, example: '4711' })
  id: string;

  @TextField({ max: 200, example: 'event:customers.refresh_customer' })
  name: string;

  @EnumField(['parked'], { example: 'parked' })
  state: 'parked';

  @IntegerField({ min: 0, max: ATTEMPTS_MAX, example: 12 })
  attempts: number;

  @TextField({
    max: 300,
    nullable: true,
    example: '1 of 3 events failed: wecom.unavailable (event 0193b2f4-5a10-7cc0-9d3e-2f6f1c8e4b71)',
    description: 'null: each attempt died with its process',
  })
  lastError: string | null;

  @TimeField()
  createdAt: string;

  static of(this: void, job: ParkedJob): ParkedJobView {
    return {
      id: job.id,
      name: job.name,
      state: 'parked',
      attempts: job.attempts,
      lastError: job.lastError ?? null,
      createdAt: job.createdAt.toISOString(),
    };
  }
}
