import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { EventField } from '../domain/event-type.js';

/** An event type of the corp's own. */
@Entity({ schema: 'customers', name: 'event_types' })
@Unique('event_types_key_key', ['corpId', 'key'])
export class EventTypeRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'event_types_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'event_types_pkey' })
  readonly id: string;
  /** Has a dot, which built-in types have not. */
  @Column({ type: 'text' })
  readonly key: string;
  @Column({ type: 'text' })
  readonly name: string;
  @Column({ type: 'jsonb' })
  readonly fields: readonly EventField[];
  @Column({ type: 'boolean' })
  readonly enabled: boolean;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
  @Column({ name: 'updated_at', type: 'timestamptz' })
  readonly updatedAt: Date;
}

/** What the hashes of a corp's events are keyed with. */
@Entity({ schema: 'customers', name: 'behaviour_secrets' })
@Unique('behaviour_secrets_corp_key', ['corpId'])
export class BehaviourSecretRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'behaviour_secrets_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'behaviour_secrets_pkey' })
  readonly id: string;
  @Column({ name: 'secret_sealed', type: 'text' })
  readonly secretSealed: string;
}

/** Makes an event that is sent again the same event, for 400 days after its last change. */
@Entity({ schema: 'customers', name: 'behaviour_keys' })
@Index('behaviour_keys_recorded_at_idx', ['corpId', 'recordedAt'])
export class BehaviourKeyRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'behaviour_keys_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'behaviour_keys_pkey' })
  readonly source: string;
  @PrimaryColumn({ name: 'external_id', type: 'text', primaryKeyConstraintName: 'behaviour_keys_pkey' })
  readonly externalId: string;
  @Column({ name: 'event_id', type: 'uuid' })
  readonly eventId: string;
  @Column({ name: 'customer_id', type: 'uuid' })
  readonly customerId: string;
  @Column({ name: 'body_hash', type: 'text' })
  readonly bodyHash: string;
  @Column({ type: 'integer' })
  readonly revision: number;
  /** Leads to the month in which the event lies. */
  @Column({ type: 'timestamptz' })
  readonly at: Date;
  @Column({ name: 'recorded_at', type: 'timestamptz' })
  readonly recordedAt: Date;
}

/** What an event was before another body came. */
@Entity({ schema: 'customers', name: 'behaviour_revisions' })
@Index('behaviour_revisions_replaced_at_idx', ['corpId', 'replacedAt'])
export class BehaviourRevisionRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'behaviour_revisions_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'event_id', type: 'uuid', primaryKeyConstraintName: 'behaviour_revisions_pkey' })
  readonly eventId: string;
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'behaviour_revisions_pkey' })
  readonly revision: number;
  @Column({ name: 'body_hash', type: 'text' })
  readonly bodyHash: string;
  @Column({ name: 'customer_id', type: 'uuid' })
  readonly customerId: string;
  @Column({ type: 'text' })
  readonly type: string;
  @Column({ type: 'timestamptz' })
  readonly at: Date;
  @Column({ type: 'jsonb' })
  readonly data: Record<string, unknown>;
  @Column({ name: 'recorded_at', type: 'timestamptz' })
  readonly recordedAt: Date;
  @Column({ name: 'replaced_at', type: 'timestamptz' })
  readonly replacedAt: Date;
}

/** What a customer did, cut into months by the time when he did it. */
@Entity({ schema: 'customers', name: 'behaviour_events' })
@Index('behaviour_events_customer_idx', ['corpId', 'customerId', 'at', 'id'])
@Index('behaviour_events_orders_idx', ['corpId', 'customerId', 'at'], { where: 'order_id IS NOT NULL' })
export class BehaviourEventRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'behaviour_events_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'behaviour_events_pkey' })
  readonly id: string;
  @PrimaryColumn({ type: 'timestamptz', primaryKeyConstraintName: 'behaviour_events_pkey' })
  readonly at: Date;
  @Column({ name: 'customer_id', type: 'uuid' })
  readonly customerId: string;
  @Column({ type: 'text' })
  readonly type: string;
  @Column({ type: 'text' })
  readonly source: string;
  @Column({ name: 'external_id', type: 'text' })
  readonly externalId: string;
  @Column({ type: 'integer' })
  readonly revision: number;
  @Column({ type: 'jsonb' })
  readonly data: Record<string, unknown>;
  /** Of a payment or a refund; otherwise null. */
  @Column({ name: 'order_id', type: 'text', nullable: true })
  readonly orderId: string | null;
  /** 分, of a payment or a refund. */
  @Column({ type: 'bigint', nullable: true })
  readonly amount: number | null;
  @Column({ name: 'recorded_at', type: 'timestamptz' })
  readonly recordedAt: Date;
}
