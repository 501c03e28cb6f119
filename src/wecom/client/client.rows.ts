import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { WecomAppRow } from '../connections/app.row.js';

/** The token of an app, shared by all processes. */
@Entity({ schema: 'wecom', name: 'access_tokens' })
export class AccessTokenRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'access_tokens_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'app_id', type: 'uuid', primaryKeyConstraintName: 'access_tokens_pkey' })
  readonly appId: string;
  @Column({ name: 'token_sealed', type: 'text', nullable: true })
  readonly tokenSealed: string | null;
  @Column({ type: 'integer' })
  readonly version: number;
  /** When it is due to be replaced: a little before it expires. */
  @Column({ name: 'refresh_at', type: 'timestamptz', nullable: true })
  readonly refreshAt: Date | null;
  /** Until then one process is fetching the next version. */
  @Column({ name: 'leased_until', type: 'timestamptz', nullable: true })
  readonly leasedUntil: Date | null;
  @Column({ name: 'paused_until', type: 'timestamptz', nullable: true })
  readonly pausedUntil: Date | null;
  @Column({ name: 'paused_errcode', type: 'integer', nullable: true })
  readonly pausedErrcode: number | null;
  @ManyToOne(() => WecomAppRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'access_tokens_app_fkey' },
    { name: 'app_id', referencedColumnName: 'id', foreignKeyConstraintName: 'access_tokens_app_fkey' },
  ])
  readonly app: Relation<WecomAppRow>;
}

/** Calls of one API path by one corp on one day of WeCom. */
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

/** Calls of one API path by one corp; UNLOGGED, since a crash may forget at most what one hour allows. */
@Entity({ schema: 'wecom', name: 'quota_windows' })
@Check('quota_windows_used_check', 'minute_used <= 10000 AND hour_used <= 150000')
export class QuotaWindowRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'quota_windows_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'quota_windows_pkey' })
  readonly api: string;
  @Column({ name: 'minute_start', type: 'timestamptz' })
  readonly minuteStart: Date;
  @Column({ name: 'minute_used', type: 'integer' })
  readonly minuteUsed: number;
  @Column({ name: 'hour_start', type: 'timestamptz' })
  readonly hourStart: Date;
  @Column({ name: 'hour_used', type: 'integer' })
  readonly hourUsed: number;
  @Column({ name: 'blocked_until', type: 'timestamptz', nullable: true })
  readonly blockedUntil: Date | null;
}
