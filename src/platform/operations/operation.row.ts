import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { OperationQuestion, OperationState } from './operation.js';

@Entity({ schema: 'platform', name: 'operations' })
@Index('operations_alone_idx', ['corpId', 'kind'], {
  unique: true,
  where: 'finished_at IS NULL AND NOT alongside',
})
@Check(
  'operations_state_check',
  `state IN ('queued', 'running', 'awaiting_confirmation', 'succeeded', 'failed', 'cancelled')`,
)
@Check('operations_done_check', 'done >= 0 AND total >= 0')
@Check(
  'operations_finished_check',
  `(finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled'))`,
)
export class OperationRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'operations_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'operations_pkey' })
  readonly id: string;
  @Column({ type: 'text' })
  readonly kind: string;
  @Column({ type: 'text' })
  readonly state: OperationState;
  @Column({ type: 'bigint' })
  readonly done: number;
  @Column({ type: 'bigint', nullable: true })
  readonly total: number | null;
  @Column({ name: 'started_at', type: 'timestamptz' })
  readonly startedAt: Date;
  @Column({ name: 'updated_at', type: 'timestamptz' })
  readonly updatedAt: Date;
  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  readonly finishedAt: Date | null;
  @Column({ type: 'jsonb', nullable: true })
  readonly result: object | null;
  @Column({ name: 'error_code', type: 'text', nullable: true })
  readonly errorCode: string | null;
  @Column({ name: 'error_detail', type: 'text', nullable: true })
  readonly errorDetail: string | null;
  @Column({ type: 'jsonb', nullable: true })
  readonly question: OperationQuestion | null;
  /** Others of its kind may be open, too. */
  @Column({ type: 'boolean', default: false })
  readonly alongside: boolean;
}

export const operationRows = [OperationRow];
