import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

@Entity({ schema: 'loyalty', name: 'programs' })
@Unique('programs_key_key', ['corpId', 'key'])
export class ProgramRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'programs_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'programs_pkey' })
  readonly id: string;
  @Column({ type: 'text' })
  readonly key: string;
  @Column({ name: 'name_zh', type: 'text' })
  readonly nameZh: string;
  @Column({ name: 'name_en', type: 'text' })
  readonly nameEn: string;
  @Column({ name: 'time_zone', type: 'text' })
  readonly timeZone: string;
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  readonly endedAt: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
}
