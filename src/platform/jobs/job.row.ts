import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Sign of life of a worker pool; see `WorkerHeartbeat`. */
@Entity({ schema: 'platform', name: 'job_pools' })
export class JobPoolRow {
  @PrimaryColumn({ name: 'pool_id', type: 'text', primaryKeyConstraintName: 'job_pools_pkey' })
  readonly poolId: string;
  @Column({ name: 'beat_at', type: 'timestamptz' })
  readonly beatAt: Date;
}

/** The last slot of each schedule; see `ScheduleTicker`. */
@Entity({ schema: 'platform', name: 'schedule_slots' })
export class ScheduleSlotRow {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'schedule_slots_pkey' })
  readonly schedule: string;
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'schedule_slots_pkey' })
  readonly slot: number;
  @Column({ name: 'ran_at', type: 'timestamptz' })
  readonly ranAt: Date;
}

export const jobRows = [JobPoolRow, ScheduleSlotRow];
