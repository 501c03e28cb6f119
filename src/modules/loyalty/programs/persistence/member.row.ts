import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity({ schema: 'loyalty', name: 'members' })
@Unique('members_customer_key', ['corpId', 'programId', 'customerId'])
@Index('members_of_customer', ['corpId', 'customerId'])
export class MemberRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'members_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'members_pkey' })
  readonly id: string;
  @Column({ name: 'program_id', type: 'uuid' })
  readonly programId: string;
  @Column({ name: 'customer_id', type: 'uuid' })
  readonly customerId: string;
  @Column({ name: 'joined_at', type: 'timestamptz' })
  readonly joinedAt: Date;
  @Column({ name: 'frozen_at', type: 'timestamptz', nullable: true })
  readonly frozenAt: Date | null;
  @Column({ name: 'frozen_reason', type: 'text', nullable: true })
  readonly frozenReason: string | null;
  @Column({ name: 'left_at', type: 'timestamptz', nullable: true })
  readonly leftAt: Date | null;
}
