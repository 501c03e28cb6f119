import { toPublicId } from '../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/page.js';
import {
  type GroupChatMember,
  type MemberKind,
  OWNER_STATES,
  type OwnerState,
} from '../domain/group-chat.js';
import type { StoredGroupChat } from '../persistence/group-chat-repository.js';
import { GROUP_CHAT_STATES, type GroupChatState } from '../queries/list-group-chats.js';
import { type Presence, PRESENCES } from '../queries/list-members.js';

export const GROUP_CHAT_ID_PREFIX = 'gch';
const WECOM_ID_MAX = 64;
const NAME_MAX = 256;
const NOTICE_MAX = 10_000;
const ADMINS_MAX = 100;
const MEMBERS_MAX = 10_000;
const MEMBER_KINDS = ['staff', 'external'] as const;
const JOIN_SCENES = ['invited', 'invite_link', 'qr_code', 'other'] as const;
/** Page 92122. */
const JOIN_SCENE_BY_CODE: Readonly<Record<number, JoinScene>> = {
  1: 'invited',
  2: 'invite_link',
  3: 'qr_code',
};
type JoinScene = (typeof JOIN_SCENES)[number];

export class GroupChatsQuery extends PageQuery {
  @TextField({ max: WECOM_ID_MAX, optional: true, example: 'chen.yu' })
  ownerUserId?: string;

  @EnumField(GROUP_CHAT_STATES, { optional: true, example: 'active' })
  state?: GroupChatState;
}

export class MembersQuery extends PageQuery {
  @EnumField(PRESENCES, { optional: true, example: 'present', description: 'default: both' })
  presence?: Presence;
}

export class GroupChatView {
  @PublicIdField(GROUP_CHAT_ID_PREFIX)
  id: string;

  @TextField({ max: WECOM_ID_MAX, example: 'wrQ7x2CAAAchat0000000000000001', description: "WeCom's chat_id" })
  chatId: string;

  @TextField({ max: NAME_MAX, min: 0, example: '福利群1', description: 'empty: nobody gave it a name' })
  name: string;

  @EnumField(GROUP_CHAT_STATES, { example: 'active' })
  state: GroupChatState;

  @TextField({ max: WECOM_ID_MAX, example: 'chen.yu' })
  ownerUserId: string;

  @EnumField(OWNER_STATES, { example: 'serving' })
  ownerState: OwnerState;

  @ListField('text', { maxItems: ADMINS_MAX, maxLength: WECOM_ID_MAX, example: ['lin_tao'] })
  adminUserIds: readonly string[];

  @TextField({ max: NOTICE_MAX, min: 0, example: '文明交流' })
  notice: string;

  @IntegerField({ min: 0, max: MEMBERS_MAX, example: 36, description: 'who is in it now' })
  memberCount: number;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true, example: null })
  dismissedAt: string | null;

  @TimeField({ description: 'when WeCom was last asked about this group' })
  fetchedAt: string;

  static of(this: void, chat: StoredGroupChat): GroupChatView {
    return {
      id: toPublicId(GROUP_CHAT_ID_PREFIX, chat.id),
      chatId: chat.chatId,
      name: chat.name,
      state: chat.dismissedAt ? 'dismissed' : 'active',
      ownerUserId: chat.ownerUserId,
      ownerState: chat.ownerState,
      adminUserIds: chat.adminUserIds,
      notice: chat.notice,
      memberCount: chat.memberCount,
      createdAt: chat.createdAt.toISOString(),
      dismissedAt: chat.dismissedAt?.toISOString() ?? null,
      fetchedAt: chat.fetchedAt.toISOString(),
    };
  }
}

export class GroupChatMemberView {
  @TextField({
    max: WECOM_ID_MAX,
    example: 'wmQ7x2CAAAb1kLrT0pZs9Yw3uVeJdA',
    description: 'a staff userid or an external_userid',
  })
  memberId: string;

  @EnumField(MEMBER_KINDS, { example: 'external' })
  kind: MemberKind;

  @TextField({ max: NAME_MAX, nullable: true, example: '海风' })
  name: string | null;

  @TextField({ max: NAME_MAX, nullable: true, example: null })
  groupNickname: string | null;

  @TextField({ max: WECOM_ID_MAX, nullable: true, example: null })
  unionId: string | null;

  @EnumField(JOIN_SCENES, { example: 'qr_code' })
  joinScene: JoinScene;

  @TextField({ max: WECOM_ID_MAX, nullable: true, example: null })
  invitorUserId: string | null;

  @TextField({
    max: WECOM_ID_MAX,
    nullable: true,
    example: 'welfare_qr',
    description: 'channel of the join way',
  })
  state: string | null;

  @TimeField()
  joinedAt: string;

  @TimeField({ nullable: true, example: null, description: 'when we noticed; WeCom does not tell' })
  leftAt: string | null;

  static of(this: void, member: GroupChatMember): GroupChatMemberView {
    return {
      memberId: member.memberId,
      kind: member.kind,
      name: member.name,
      groupNickname: member.groupNickname,
      unionId: member.unionId,
      joinScene: JOIN_SCENE_BY_CODE[member.joinScene] ?? 'other',
      invitorUserId: member.invitorUserId,
      state: member.state,
      joinedAt: member.joinedAt.toISOString(),
      leftAt: member.leftAt?.toISOString() ?? null,
    };
  }
}
