import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Calls of one API by one corp on one day of WeCom. */
@Entity({ schema: 'wecom', name: 'daily_calls' })
export class DailyCallsRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'daily_calls_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'daily_calls_pkey' })
  readonly api: string;
  @PrimaryColumn({ type: 'date', primaryKeyConstraintName: 'daily_calls_pkey' })
  readonly day: string;
  @Column({ type: 'integer' })
  readonly used: number;
}
