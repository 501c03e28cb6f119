import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { ParkedEventRow } from './parked-event.row.js';

@Entity({ schema: 'platform', name: 'events' })
@Index('events_at_idx', ['corpId', 'at'])
export class EventRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'events_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'events_pkey' })
  readonly id: string;
  @Column({ type: 'text' })
  readonly name: string;
  @Column({ type: 'integer' })
  readonly version: number;
  @Column({ type: 'timestamptz' })
  readonly at: Date;
  @Column({ type: 'jsonb' })
  readonly payload: object;
  /** Who was woken for it, as the consumers stood when it was appended. */
  @Column({ type: 'text', array: true })
  readonly consumers: string[];
  /** `kind:id` of who caused it. */
  @Column({ type: 'text' })
  readonly actor: string;
  @Column({ name: 'request_id', type: 'text', nullable: true })
  readonly requestId: string | null;
}

/** This consumer has had this event: written in the transaction of its effect. */
@Entity({ schema: 'platform', name: 'event_consumptions' })
export class EventConsumptionRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'event_consumptions_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'event_id', type: 'uuid', primaryKeyConstraintName: 'event_consumptions_pkey' })
  readonly eventId: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'event_consumptions_pkey' })
  readonly consumer: string;
  @Column({ name: 'applied_at', type: 'timestamptz' })
  readonly appliedAt: Date;
}

export const eventRows = [EventRow, EventConsumptionRow, ParkedEventRow];
