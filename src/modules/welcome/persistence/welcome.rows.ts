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
import type { Attachment } from '../domain/attachment.js';
import type { FileKind } from '../domain/file.js';
import type { MessageState } from '../domain/message.js';

@Entity({ schema: 'welcome', name: 'rules' })
@Unique('rules_target_key', ['corpId', 'target'])
export class WelcomeRuleRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'rules_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'rules_pkey' })
  readonly id: string;
  /** `corp`, `department:7` or `staff:<uuid>`, see `domain/target.ts`. */
  @Column({ type: 'text' })
  readonly target: string;
  @Column({ type: 'boolean' })
  readonly enabled: boolean;
  /** Nothing is sent here, whatever a wider rule says. */
  @Column({ type: 'boolean' })
  readonly silent: boolean;
  @Column({ type: 'text', nullable: true })
  readonly text: string | null;
  @Column({ type: 'jsonb' })
  readonly attachments: Attachment[];
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
  @Column({ name: 'updated_at', type: 'timestamptz' })
  readonly updatedAt: Date;
}

@Entity({ schema: 'welcome', name: 'files' })
@Check('files_kind_check', `kind IN ('image', 'video', 'file', 'picture')`)
export class WelcomeFileRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'files_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'files_pkey' })
  readonly id: string;
  @Column({ type: 'text' })
  readonly kind: FileKind;
  @Column({ type: 'text' })
  readonly name: string;
  @Column({ name: 'content_type', type: 'text' })
  readonly contentType: string;
  @Column({ name: 'size_bytes', type: 'bigint' })
  readonly sizeBytes: number;
  /** The original: what WeCom keeps of it dies after 3 days. */
  @Column({ type: 'bytea', select: false })
  readonly bytes: Buffer;
  /** WeCom's media id or, of a `picture`, its permanent URL. */
  @Column({ name: 'wecom_reference', type: 'text', nullable: true })
  readonly wecomReference: string | null;
  /** Null of a `picture`, which stays. */
  @Column({ name: 'usable_until', type: 'timestamptz', nullable: true })
  readonly usableUntil: Date | null;
  /** Code of the last failed upload, until one succeeds. */
  @Column({ type: 'text', nullable: true })
  readonly problem: string | null;
  @Column({ name: 'problem_at', type: 'timestamptz', nullable: true })
  readonly problemAt: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
}

/** Which files a rule sends: they cannot be deleted, and are kept fresh in WeCom. */
@Entity({ schema: 'welcome', name: 'rule_files' })
@Index('rule_files_file', ['corpId', 'fileId'])
export class WelcomeRuleFileRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'rule_files_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'rule_id', type: 'uuid', primaryKeyConstraintName: 'rule_files_pkey' })
  readonly ruleId: string;
  @PrimaryColumn({ name: 'file_id', type: 'uuid', primaryKeyConstraintName: 'rule_files_pkey' })
  readonly fileId: string;
  @ManyToOne(() => WelcomeRuleRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'rule_files_rule_fkey' },
    { name: 'rule_id', referencedColumnName: 'id', foreignKeyConstraintName: 'rule_files_rule_fkey' },
  ])
  readonly rule: Relation<WelcomeRuleRow>;
  @ManyToOne(() => WelcomeFileRow)
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'rule_files_file_fkey' },
    { name: 'file_id', referencedColumnName: 'id', foreignKeyConstraintName: 'rule_files_file_fkey' },
  ])
  readonly file: Relation<WelcomeFileRow>;
}

/** What became of one welcome code. Written before WeCom is called, so no code is ever tried twice. */
@Entity({ schema: 'welcome', name: 'messages' })
@Unique('messages_code_key', ['corpId', 'welcomeCode'])
@Index('messages_received', ['corpId', 'receivedAt', 'id'])
@Index('messages_state', ['corpId', 'state', 'receivedAt', 'id'])
@Index('messages_staff', ['corpId', 'staffKey', 'receivedAt', 'id'])
@Check(
  'messages_state_check',
  `state IN ('sending', 'sent', 'already_delivered', 'code_invalid', 'given_up', 'refused', 'unknown', 'no_rule', 'silent')`,
)
export class WelcomeMessageRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'messages_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'messages_pkey' })
  readonly id: string;
  /** A credential for 20 s; afterwards only the name of this row. */
  @Column({ name: 'welcome_code', type: 'text' })
  readonly welcomeCode: string;
  @Column({ name: 'staff_user_id', type: 'text' })
  readonly staffUserId: string;
  /** In lower case, to compare by. */
  @Column({ name: 'staff_key', type: 'text' })
  readonly staffKey: string;
  /** Null of a customer who was erased. */
  @Column({ name: 'external_user_id', type: 'text', nullable: true })
  readonly externalUserId: string | null;
  /** Whose run wrote this row: only a repetition of that one may call it lost. */
  @Column({ name: 'event_id', type: 'uuid' })
  readonly eventId: string;
  /** The rule may be gone since. */
  @Column({ name: 'rule_id', type: 'uuid', nullable: true })
  readonly ruleId: string | null;
  @Column({ type: 'text' })
  readonly state: MessageState;
  /** WeCom's last refusal; null when there was none. */
  @Column({ type: 'bigint', nullable: true })
  readonly errcode: number | null;
  /** Attachments whose file WeCom did not have at the moment. */
  @Column({ name: 'attachments_left_out', type: 'integer' })
  readonly attachmentsLeftOut: number;
  /** WeCom's CreateTime, whole seconds. */
  @Column({ name: 'happened_at', type: 'timestamptz' })
  readonly happenedAt: Date;
  @Column({ name: 'received_at', type: 'timestamptz' })
  readonly receivedAt: Date;
  /** Just before WeCom was called; null when it was not. */
  @Column({ name: 'tried_at', type: 'timestamptz', nullable: true })
  readonly triedAt: Date | null;
  /** When the outcome was known; null while it is not. */
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  readonly endedAt: Date | null;
}

export const welcomeRows = [WelcomeRuleRow, WelcomeFileRow, WelcomeRuleFileRow, WelcomeMessageRow];
