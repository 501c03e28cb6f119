import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Metrics } from '../health/metrics.js';

/** Beyond it a backlog is a backlog, and counting on would make each look at the figures dearer. */
const COUNTED_MAX = 10_000;

/** Along jobs_main_index: jobs that could run and do not. */
const WAITING = `
  SELECT t.identifier AS job, count(*)::int AS jobs,
         extract(epoch FROM clock_timestamp() - min(due.run_at))::float8 AS oldest
    FROM (SELECT task_id, run_at FROM graphile_worker._private_jobs
           WHERE is_available AND run_at <= clock_timestamp() ORDER BY priority, run_at LIMIT ${COUNTED_MAX}) due
    JOIN graphile_worker._private_tasks t ON t.id = due.task_id GROUP BY 1`;

/** Along scrm_parked_idx: jobs that run, and jobs that failed as often as they may. */
const TAKEN = `
  SELECT t.identifier AS job, count(*) FILTER (WHERE taken.locked_at IS NOT NULL)::int AS running,
         count(*) FILTER (WHERE taken.locked_at IS NULL)::int AS parked
    FROM (SELECT task_id, locked_at FROM graphile_worker._private_jobs
           WHERE NOT is_available LIMIT ${COUNTED_MAX}) taken
    JOIN graphile_worker._private_tasks t ON t.id = taken.task_id GROUP BY 1`;

const POOLS = `
  SELECT count(*)::int AS alive FROM platform.job_pools WHERE beat_at > clock_timestamp() - interval '5 seconds'`;

/** The queue of the whole deployment, the same in each process; a job named `event.…` stands for events of one consumer. */
@Injectable()
export class JobMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly unit: UnitOfWork,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    const gauge = (name: string, help: string) => this.metrics.gauge(name, help, ['job']);
    const waiting = gauge('jobs_waiting', `Jobs that are due and not taken, counted up to ${COUNTED_MAX}`);
    const oldest = gauge('jobs_oldest_wait_seconds', 'How long the oldest job has been due, 0 when none is');
    const running = gauge('jobs_running', 'Jobs that a worker has taken');
    const parked = gauge('jobs_parked', 'Jobs that failed as often as they may and wait for a person');
    const pools = this.metrics.gauge(
      'job_pools_alive',
      'Worker pools that gave a sign of life within 5 s; 0 as well when the database does not answer',
      [],
    );
    this.metrics.lookBeforeRender([waiting, oldest, running, parked, pools], async () => {
      const [due, taken, alive] = await this.unit.read(undefined, async () => [
        await this.database.query<{ job: string; jobs: number; oldest: number }>(WAITING),
        await this.database.query<{ job: string; running: number; parked: number }>(TAKEN),
        await this.database.one<{ alive: number }>(POOLS),
      ]);
      return () => {
        for (const { job, jobs, oldest: seconds } of due) {
          waiting.set({ job }, jobs);
          oldest.set({ job }, seconds);
        }
        for (const row of taken) {
          running.set({ job: row.job }, row.running);
          parked.set({ job: row.job }, row.parked);
        }
        pools.set(alive.alive);
      };
    });
  }
}
