/** What can happen in the world of the sandbox; `POST /control/events` takes the same names and fields. */

/** `archive`: 会话内容存档. `suite`: the command URL of a provider's suite. */
export type CallbackPlace = 'app' | 'assistant' | 'archive' | 'suite';

export interface EnvelopeOptions {
  pretty?: boolean;
  /** White space around CDATA. */
  spaced?: boolean;
  reordered?: boolean;
  /** An element nobody has heard of. */
  unknownElement?: boolean;
  /** Sent twice. */
  duplicated?: boolean;
  /** Added to the `timestamp` of the URL: -3600 makes a stale one. */
  timestampOffsetS?: number;
}

export interface EventTarget {
  corpId?: string;
  /** The world changes, no callback is sent: a lost event. */
  silent?: boolean;
  /** CreateTime of the event in seconds; default now. */
  createTime?: number;
  envelope?: EnvelopeOptions;
}
export type PairTarget = EventTarget & { userId: string; externalUserId: string };
export type GroupTarget = EventTarget & { chatId: string };

/** Each changes the world as members and customers would, then sends the callback. */
export interface SandboxEvents {
  addCustomer(
    o: EventTarget & {
      userId: string;
      /** An existing customer gets one more follower; without it a new customer appears. */
      externalUserId?: string;
      name?: string;
      state?: string;
      addWay?: number;
      /** Default true: the event carries a WelcomeCode. */
      welcome?: boolean;
      /** add_half_external_contact: the member has not confirmed yet. */
      half?: boolean;
    },
  ): { externalUserId: string; welcomeCode?: string };
  staffDeletesCustomer(o: PairTarget & { byTransfer?: boolean }): void;
  customerDeletesStaff(o: PairTarget): void;
  editRemark(
    o: PairTarget & {
      remark?: string;
      description?: string;
      remarkMobiles?: string[];
      remarkCorpName?: string;
      /** One source has a State in edit_external_contact; the official sample has none. */
      withState?: boolean;
    },
  ): void;
  editTags(
    o: PairTarget & {
      addTagIds?: string[];
      removeTagIds?: string[];
      addPersonalTags?: string[];
      removePersonalTags?: string[];
    },
  ): void;
  /** The first message between the two: codes given out answer 41051, later adds carry none. No event. */
  chat(o: PairTarget): void;
  /** A nickname change; WeCom sends no event for it. */
  renameCustomerSilently(o: { corpId?: string; externalUserId: string; name: string }): void;
  /** Nothing in the world changes by these two. */
  transferFails(o: PairTarget & { reason?: 'customer_refused' | 'customer_limit_exceed' }): void;
  archiveApproved(o: PairTarget & { welcome?: boolean }): { welcomeCode?: string };

  createTagGroup(o: EventTarget & { name: string; tags: string[] }): { groupId: string; tagIds: string[] };
  createTag(o: EventTarget & { groupId: string; name: string; strategyId?: number }): { tagId: string };
  /** `id`: a tag or a tag group. */
  renameTag(o: EventTarget & { id: string; name: string }): void;
  deleteTag(o: EventTarget & { tagId: string }): void;
  deleteTagGroup(o: EventTarget & { groupId: string }): void;
  /** Without `groupId` the order of all groups changes. */
  shuffleTags(o: EventTarget & { groupId?: string }): void;

  createGroup(
    o: EventTarget & { ownerUserId: string; name?: string; externalUserIds?: string[]; internal?: boolean },
  ): { chatId: string };
  addGroupMember(
    o: GroupTarget & {
      userIds?: string[];
      externalUserIds?: string[];
      joinScene?: 0 | 3;
      state?: string;
      withoutList?: boolean;
    },
  ): void;
  removeGroupMember(o: GroupTarget & { memberIds: string[]; quitScene?: 0 | 1; withoutList?: boolean }): void;
  renameGroup(o: GroupTarget & { name: string; extraFields?: boolean }): void;
  changeOwner(o: GroupTarget & { ownerUserId: string }): void;
  changeNotice(o: GroupTarget & { notice: string }): void;
  dismissGroup(o: GroupTarget): void;

  createStaff(
    o: EventTarget & { userId?: string; name?: string; departmentIds: number[]; position?: string },
  ): { userId: string };
  moveStaff(o: EventTarget & { userId: string; departmentIds: number[]; leaderIn?: number[] }): void;
  renameStaffUserId(o: EventTarget & { userId: string; newUserId: string }): void;
  deleteStaff(o: EventTarget & { userId: string }): void;
  /** Name, position or status: WeCom sends no event for them (page 90970). */
  changeStaffSilently(o: {
    corpId?: string;
    userId: string;
    name?: string;
    position?: string;
    status?: 1 | 2 | 4 | 5;
  }): void;
  createDepartment(o: EventTarget & { name: string; parentId?: number }): { departmentId: number };
  updateDepartment(o: EventTarget & { departmentId: number; name?: string; parentId?: number }): void;
  deleteDepartment(o: EventTarget & { departmentId: number }): void;
  updateStaffTag(
    o: EventTarget & {
      tagId: number;
      addUserIds?: string[];
      removeUserIds?: string[];
      addDepartmentIds?: number[];
      removeDepartmentIds?: number[];
    },
  ): void;

  /** Any decrypted XML, known or not, to one place. */
  fireRaw(o: {
    corpId?: string;
    place?: CallbackPlace;
    agentId?: number;
    xml: string;
    envelope?: EnvelopeOptions;
  }): void;
}
