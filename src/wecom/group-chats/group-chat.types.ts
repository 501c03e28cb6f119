/** 客户群, page 92122. */
export interface WecomGroupChat {
  chatId: string;
  name: string;
  ownerUserId: string;
  createdAt: Date;
  notice: string;
  /** Compare with the event's to see whether WeCom's detail has caught up. */
  memberVersion?: string;
  adminUserIds: string[];
  members: WecomGroupChatMember[];
}

export interface WecomGroupChatMember {
  /** A staff userid with type 1, an external_userid with type 2. */
  userId: string;
  type: number;
  unionId?: string;
  joinedAt: Date;
  /** 1 invited, 2 invite link, 3 QR code. */
  joinScene: number;
  invitorUserId?: string;
  state?: string;
  groupNickname?: string;
  name?: string;
}

export interface WecomGroupChatRef {
  chatId: string;
  /** 0 normal, 1 owner resigned, 2 being inherited, 3 inherited. */
  status: number;
}
