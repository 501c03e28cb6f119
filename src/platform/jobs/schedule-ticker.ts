import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { requestContext } from '../context/request-context.js';
import { Ids } from '../clock/ids.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { describeFailure } from './job-failure.js';
import { type Schedule, Schedules } from './schedules.js';

const TICK_MS = 5_000;

/** The slot of now, cut from the database's clock, which is the same for all processes. */
const SLOT = `floor((extract(epoch FROM clock_timestamp()) * 1000 - s.offset_ms) / s.every_ms)::bigint`;

/**
 * Ticks in every process that works; the unique (schedule, slot) row decides which of them runs. The row and what the
 * schedule enqueues commit together, so a slot is worked once or, when nobody is there, not at all.
 */
@Injectable()
export class ScheduleTicker implements OnModuleDestroy {
  private readonly logger = new Logger('Schedules');
  private ticking: Promise<void> | undefined;

  constructor(
    private readonly schedules: Schedules,
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  @Interval(TICK_MS)
  async tick(): Promise<void> {
    this.ticking ??= this.runDue().finally(() => {
      this.ticking = undefined;
    });
    await this.ticking;
  }

  async onModuleDestroy(): Promise<void> {
    await this.ticking;
  }

  private async runDue(): Promise<void> {
    try {
      for (const schedule of await this.listDue()) await this.runLogged(schedule);
    } catch (error) {
      this.logger.error(`a tick failed: ${describeFailure(error)}`);
    }
  }

  private async listDue(): Promise<Schedule[]> {
    const schedules = this.schedules.all();
    const due = await this.unitOfWork.read(undefined, () =>
      this.database.query<{ name: string }>(
        `SELECT s.name FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS s(name, every_ms, offset_ms)
          WHERE NOT EXISTS (
            SELECT FROM platform.schedule_slots t WHERE t.schedule = s.name AND t.slot = ${SLOT})`,
        [
          schedules.map(({ name }) => name),
          schedules.map(({ everyMs }) => everyMs),
          schedules.map(({ offsetMs }) => offsetMs ?? 0),
        ],
      ),
    );
    return schedules.filter(({ name }) => due.some((row) => row.name === name));
  }

  /** A schedule that fails leaves its slot free for the next tick and does not stop the others. */
  private async runLogged(schedule: Schedule): Promise<void> {
    const actor = { kind: 'system', id: `schedule:${schedule.name}`, label: schedule.name } as const;
    try {
      await requestContext.run({ requestId: this.ids.next(), actor }, () =>
        this.unitOfWork.run(undefined, () => this.runOnce(schedule)),
      );
    } catch (error) {
      this.logger.error(`schedule ${schedule.name} failed: ${describeFailure(error)}`);
    }
  }

  private async runOnce(schedule: Schedule): Promise<void> {
    const taken = await this.database.maybeOne<{ slot: number }>(
      `INSERT INTO platform.schedule_slots (schedule, slot, ran_at)
       SELECT s.name, ${SLOT}, clock_timestamp()
         FROM (VALUES ($1::text, $2::bigint, $3::bigint)) AS s(name, every_ms, offset_ms)
       ON CONFLICT DO NOTHING RETURNING slot`,
      [schedule.name, schedule.everyMs, schedule.offsetMs ?? 0],
    );
    if (!taken) return;
    await this.database.execute('DELETE FROM platform.schedule_slots WHERE schedule = $1 AND slot < $2', [
      schedule.name,
      taken.slot,
    ]);
    await schedule.run();
  }
}
