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
import type { MemberKind, OwnerState } from '../domain/group-chat.js';

@Entity({ schema: 'group_chats', name: 'group_chats' })
@Unique('group_chats_chat_id_key', ['corpId', 'chatId'])
@Index('group_chats_owner', ['corpId', 'ownerUserKey', 'id'])
@Check('group_chats_owner_user_key_check', 'owner_user_key = lower(owner_user_id)')
@Check(
  'group_chats_owner_state_check',
  `owner_state IN ('serving', 'resigned', 'being_inherited', 'inherited', 'unknown')`,
)
export class GroupChatRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'group_chats_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'group_chats_pkey' })
  readonly id: string;
  @Column({ name: 'chat_id', type: 'text' })
  readonly chatId: string;
  @Column({ type: 'text' })
  readonly name: string;
  @Column({ name: 'owner_user_id', type: 'text' })
  readonly ownerUserId: string;
  /** In lower case: WeCom compares userids without regard to case. */
  @Column({ name: 'owner_user_key', type: 'text' })
  readonly ownerUserKey: string;
  @Column({ name: 'owner_state', type: 'text' })
  readonly ownerState: OwnerState;
  @Column({ type: 'text' })
  readonly notice: string;
  @Column({ name: 'admin_user_ids', type: 'text', array: true })
  readonly adminUserIds: string[];
  @Column({ name: 'member_version', type: 'text', nullable: true })
  readonly memberVersion: string | null;
  @Column({ name: 'member_count', type: 'integer' })
  readonly memberCount: number;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
  @Column({ name: 'dismissed_at', type: 'timestamptz', nullable: true })
  readonly dismissedAt: Date | null;
  /** The database's clock before the call whose answer this is. */
  @Column({ name: 'fetched_at', type: 'timestamptz' })
  readonly fetchedAt: Date;
}

@Entity({ schema: 'group_chats', name: 'group_chat_members' })
@Index('group_chat_members_member', ['corpId', 'memberId'])
@Check('group_chat_members_kind_check', `kind IN ('staff', 'external')`)
export class GroupChatMemberRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'group_chat_members_pkey' })
  readonly corpId: string;
  @PrimaryColumn({
    name: 'group_chat_id',
    type: 'uuid',
    primaryKeyConstraintName: 'group_chat_members_pkey',
  })
  readonly groupChatId: string;
  @PrimaryColumn({ name: 'member_id', type: 'text', primaryKeyConstraintName: 'group_chat_members_pkey' })
  readonly memberId: string;
  @Column({ type: 'text' })
  readonly kind: MemberKind;
  @Column({ type: 'text', nullable: true })
  readonly name: string | null;
  @Column({ name: 'group_nickname', type: 'text', nullable: true })
  readonly groupNickname: string | null;
  @Column({ name: 'union_id', type: 'text', nullable: true })
  readonly unionId: string | null;
  @Column({ name: 'join_scene', type: 'integer' })
  readonly joinScene: number;
  @Column({ name: 'invitor_user_id', type: 'text', nullable: true })
  readonly invitorUserId: string | null;
  @Column({ type: 'text', nullable: true })
  readonly state: string | null;
  @Column({ name: 'joined_at', type: 'timestamptz' })
  readonly joinedAt: Date;
  @Column({ name: 'left_at', type: 'timestamptz', nullable: true })
  readonly leftAt: Date | null;
  @ManyToOne(() => GroupChatRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'group_chat_members_group_chat_fkey',
    },
    {
      name: 'group_chat_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'group_chat_members_group_chat_fkey',
    },
  ])
  readonly groupChat: Relation<GroupChatRow>;
}

export const groupChatRows = [GroupChatRow, GroupChatMemberRow];
