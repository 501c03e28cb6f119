/** An external contact as WeCom shows it to our app (page 92114). */
export interface WecomContact {
  externalUserId: string;
  name: string;
  /** 1 WeChat user, 2 WeCom user of another corp; new kinds may come. */
  type: number;
  /** 0 unknown, 1 male, 2 female. */
  gender: number;
  avatarUrl?: string;
  /** Only for WeChat users of a corp that bound its WeChat developer account. */
  unionId?: string;
  position?: string;
  corpName?: string;
  corpFullName?: string;
  /** Every staff member inside the app's visible range who follows this contact. */
  follows: WecomFollow[];
}

/** One staff member following one contact (跟进关系). */
export interface WecomFollow {
  userId: string;
  remark: string;
  description: string;
  createdAt: Date;
  /** Source of the relation, page 92114; new values come over time. */
  addWay: number;
  state?: string;
  operatorId?: string;
  remarkCorpName?: string;
  remarkMobiles: string[];
  tags: WecomFollowTag[];
}

export interface WecomFollowTag {
  /** Missing for personal tags. */
  id?: string;
  name: string;
  groupName: string;
  kind: 'corp' | 'personal' | 'strategy';
}

/** A line of `batch/get_by_user` (page 92994): WeCom leaves out personal tags, so their absence means nothing. */
export interface WecomContactOfStaff {
  contact: Omit<WecomContact, 'follows'>;
  follow: Omit<WecomFollow, 'tags'> & { corpTagIds: string[] };
}

export interface WecomContactsOfStaff {
  items: WecomContactOfStaff[];
  /** Empty when this was the last page. */
  nextCursor: string;
  /** Members without an interface licence (provider apps): nothing of theirs is in the answer. */
  unlicensedUserIds: string[];
}

/** Page 92115. Only the given fields change; no callback follows. */
export interface RemarkChange {
  userId: string;
  externalUserId: string;
  /** At most 20 characters. */
  remark?: string;
  /** At most 150 characters. */
  description?: string;
  /** At most 20 characters; only takes effect for WeChat users. */
  remarkCorpName?: string;
  /** Replaces the list; empty clears it. */
  remarkMobiles?: string[];
}
