import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
  Unique,
} from 'typeorm';
import type { StaffStatus } from '../domain/staff.js';
import { StoreRow } from './store.row.js';

@Entity({ schema: 'staff', name: 'departments' })
export class DepartmentRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'departments_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'department_id', type: 'bigint', primaryKeyConstraintName: 'departments_pkey' })
  readonly departmentId: number;
  @Column({ type: 'text', nullable: true })
  readonly name: string | null;
  @Column({ name: 'parent_id', type: 'bigint' })
  readonly parentId: number;
  @Column({ name: 'sort_order', type: 'bigint' })
  readonly sortOrder: number;
  @Column({ name: 'leader_user_ids', type: 'text', array: true })
  readonly leaderUserIds: string[];
  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true })
  readonly deletedAt: Date | null;
  /** The database's clock before the call whose answer this is. */
  @Column({ name: 'fetched_at', type: 'timestamptz' })
  readonly fetchedAt: Date;
}

@Entity({ schema: 'staff', name: 'staff' })
@Unique('staff_user_key_key', ['corpId', 'staffUserKey'])
@Check('staff_user_key_check', 'staff_user_key = lower(staff_user_id)')
@Check('staff_status_check', `status IN ('active', 'disabled', 'not_activated', 'left', 'unknown')`)
export class StaffRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'staff_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'staff_pkey' })
  readonly id: string;
  /** As WeCom spells it. */
  @Column({ name: 'staff_user_id', type: 'text' })
  readonly staffUserId: string;
  /** In lower case, to compare by; `lower()` in a condition would use no index behind row-level security. */
  @Column({ name: 'staff_user_key', type: 'text' })
  readonly staffUserKey: string;
  @Column({ type: 'text', nullable: true })
  readonly name: string | null;
  @Column({ type: 'text', nullable: true })
  readonly alias: string | null;
  @Column({ type: 'text', nullable: true })
  readonly position: string | null;
  @Column({ name: 'avatar_url', type: 'text', nullable: true })
  readonly avatarUrl: string | null;
  @Column({ type: 'text' })
  readonly status: StaffStatus;
  @Column({ name: 'direct_leader_user_ids', type: 'text', array: true })
  readonly directLeaderUserIds: string[];
  @Column({ name: 'is_follow_user', type: 'boolean' })
  readonly isFollowUser: boolean;
  @Column({ name: 'left_at', type: 'timestamptz', nullable: true })
  readonly leftAt: Date | null;
  /** Not a person: the userid was changed to this one, and an older reading under it must not bring it back. */
  @Column({ name: 'renamed_to', type: 'text', nullable: true })
  readonly renamedTo: string | null;
  /** The database's clock before the call whose answer this is. */
  @Column({ name: 'fetched_at', type: 'timestamptz' })
  readonly fetchedAt: Date;
}

@Entity({ schema: 'staff', name: 'staff_departments' })
@Index('staff_departments_department', ['corpId', 'departmentId', 'staffId'])
export class StaffDepartmentRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'staff_departments_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'staff_id', type: 'uuid', primaryKeyConstraintName: 'staff_departments_pkey' })
  readonly staffId: string;
  @PrimaryColumn({
    name: 'department_id',
    type: 'bigint',
    primaryKeyConstraintName: 'staff_departments_pkey',
  })
  readonly departmentId: number;
  @Column({ name: 'is_main', type: 'boolean' })
  readonly isMain: boolean;
  @Column({ name: 'is_leader', type: 'boolean' })
  readonly isLeader: boolean;
  @ManyToOne(() => StaffRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'staff_departments_staff_fkey',
    },
    {
      name: 'staff_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'staff_departments_staff_fkey',
    },
  ])
  readonly staff: Relation<StaffRow>;
}

export const staffRows = [DepartmentRow, StaffRow, StaffDepartmentRow, StoreRow];
