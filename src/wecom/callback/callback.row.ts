import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import type { EnvelopePlace } from '../../platform/crypto/envelopes.js';

registerEncryptedColumn({ table: 'wecom.callbacks', column: 'body_sealed', rowId: 'id' });

/** One callback as it came. What became of it is not stored here: the state of its event says it. */
@Entity({ schema: 'wecom', name: 'callbacks' })
@Unique('callbacks_dedupe_key', ['corpId', 'appId', 'dedupeKey'])
@Index('callbacks_received', ['corpId', 'receivedAt', 'id'])
export class CallbackRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'callbacks_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'callbacks_pkey' })
  readonly id: string;
  @Column({ name: 'app_id', type: 'uuid' })
  readonly appId: string;
  @Column({ type: 'text' })
  readonly event: string;
  @Column({ name: 'change_type', type: 'text', nullable: true })
  readonly changeType: string | null;
  @Column({ name: 'happened_at', type: 'timestamptz' })
  readonly happenedAt: Date;
  @Column({ name: 'received_at', type: 'timestamptz' })
  readonly receivedAt: Date;
  @Column({ name: 'dedupe_key', type: 'text' })
  readonly dedupeKey: string;
  @Column({ name: 'body_sealed', type: 'text' })
  readonly bodySealed: string;
  /** Null when no module knows this kind: it is kept and nothing happens. */
  @Column({ name: 'event_id', type: 'uuid', nullable: true })
  readonly eventId: string | null;
}

export function bodyPlace(corpId: string, id: string): EnvelopePlace {
  return { corpId, table: 'wecom.callbacks', column: 'body_sealed', rowId: id };
}
