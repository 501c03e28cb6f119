import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** This consumer has failed with this event as often as it may. Gone when somebody replays it. */
@Entity({ schema: 'platform', name: 'parked_events' })
@Index('parked_events_at_idx', ['corpId', 'eventAt', 'eventId', 'consumer'])
export class ParkedEventRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'parked_events_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'event_id', type: 'uuid', primaryKeyConstraintName: 'parked_events_pkey' })
  readonly eventId: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'parked_events_pkey' })
  readonly consumer: string;
  @Column({ name: 'event_name', type: 'text' })
  readonly eventName: string;
  @Column({ name: 'event_at', type: 'timestamptz' })
  readonly eventAt: Date;
  /** Codes and ids, see `describeFailure`. */
  @Column({ type: 'text' })
  readonly reason: string;
  @Column({ type: 'integer' })
  readonly attempts: number;
  @Column({ name: 'parked_at', type: 'timestamptz' })
  readonly parkedAt: Date;
}
