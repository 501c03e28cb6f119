import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What the last pass that asked about this staff got. */
@Entity({ schema: 'customers', name: 'staff_reads' })
@Check('staff_reads_staff_key_check', 'staff_key = lower(staff_user_id)')
export class StaffReadRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'staff_reads_pkey' })
  corpId: string;

  @PrimaryColumn('text', { name: 'staff_key', primaryKeyConstraintName: 'staff_reads_pkey' })
  staffKey: string;

  @Column('text', { name: 'staff_user_id' })
  staffUserId: string;

  /** When the last page of the listing was stored, or the refusal. */
  @Column('timestamptz', { name: 'read_at' })
  readAt: Date;

  /** WeCom's errcode; null when everything of this staff was read. */
  @Column('integer', { nullable: true })
  refusal: number | null;
}
