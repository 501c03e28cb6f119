import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { WecomAppRow } from '../connections/app.row.js';

export type SightingKind = 'url_verification' | 'customer_event' | 'directory_event' | 'other_event';

/** When a callback place was last called, by what it was called for. */
@Entity({ schema: 'wecom', name: 'callback_sightings' })
@Check(
  'callback_sightings_kind_check',
  `kind IN ('url_verification', 'customer_event', 'directory_event', 'other_event')`,
)
export class CallbackSightingRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'callback_sightings_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'app_id', type: 'uuid', primaryKeyConstraintName: 'callback_sightings_pkey' })
  readonly appId: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'callback_sightings_pkey' })
  readonly kind: SightingKind;
  @Column({ name: 'seen_at', type: 'timestamptz' })
  readonly seenAt: Date;
  @ManyToOne(() => WecomAppRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'callback_sightings_app_fkey',
    },
    { name: 'app_id', referencedColumnName: 'id', foreignKeyConstraintName: 'callback_sightings_app_fkey' },
  ])
  readonly app: Relation<WecomAppRow>;
}
