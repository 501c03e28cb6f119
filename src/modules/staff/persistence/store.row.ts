import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

@Entity({ schema: 'staff', name: 'stores' })
@Unique('stores_code_key', ['corpId', 'code'])
@Unique('stores_external_id_key', ['corpId', 'externalId'])
export class StoreRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'stores_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'stores_pkey' })
  readonly id: string;
  @Column({ type: 'text' })
  readonly code: string;
  @Column({ type: 'text' })
  readonly name: string;
  @Column({ name: 'time_zone', type: 'text' })
  readonly timeZone: string;
  @Column({ name: 'department_ids', type: 'bigint', array: true })
  readonly departmentIds: number[];
  @Column({ name: 'external_id', type: 'text', nullable: true })
  readonly externalId: string | null;
  @Column({ name: 'closed_at', type: 'timestamptz', nullable: true })
  readonly closedAt: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
}
