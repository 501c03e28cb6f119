/** The state of one corp, as plain JSON. Empty fields are left out: there may be very many customers. */

export interface CallbackSetting {
  url: string;
  token: string;
  encodingAesKey: string;
}

export interface SandboxApp {
  /** 0 for the 通讯录同步 assistant. */
  agentId: number;
  kind: 'app' | 'assistant';
  name: string;
  secret: string;
  enabled: boolean;
  /** Listed in 客户联系 → 可调用接口的应用. */
  contactApi: boolean;
  visibleDepartmentIds: number[];
  visibleUserIds: string[];
  trustedIps: string[] | null;
  callback?: CallbackSetting;
}

export interface Department {
  id: number;
  name: string;
  parentId: number;
  order: number;
}

export interface StaffMember {
  userId: string;
  /** Order of appearance; keeps list cursors stable while members come and go. */
  seq: number;
  name: string;
  alias: string;
  position: string;
  departmentIds: number[];
  leaderIn: number[];
  /** 1 active, 2 disabled, 4 not activated, 5 left. */
  status: number;
  contactPermission: boolean;
}

export interface Follow {
  userId: string;
  /** Order of appearance over the whole corp; list cursors point at it. */
  seq: number;
  createdAt: number;
  addWay: number;
  operUserId: string;
  remark?: string;
  description?: string;
  remarkCorpName?: string;
  mobiles?: string[];
  state?: string;
  tagIds?: string[];
  personalTags?: string[];
}

export interface Customer {
  id: string;
  name: string;
  /** 1 WeChat user, 2 WeCom user of another corp. */
  type: 1 | 2;
  gender: 0 | 1 | 2;
  unionId?: string;
  position?: string;
  corpName?: string;
  follows: Follow[];
}

/** Handed out by the book of customers; to change one, ask it for the stored customer. */
export type ReadonlyFollow = {
  readonly [Field in keyof Follow]: Follow[Field] extends string[] | undefined
    ? readonly string[] | undefined
    : Follow[Field];
};
export type ReadonlyCustomer = Readonly<Omit<Customer, 'follows'>> & {
  readonly follows: readonly ReadonlyFollow[];
};

/** From what the customers that nobody stored are computed. */
export interface GeneratedPlan {
  customers: number;
  /** On average; every customer has one. */
  relationsPerCustomer: number;
  /** Corp tags of a customer over all his relations, on average. */
  tagsPerCustomer: number;
  /** Members who got the customers, by position; a renamed one keeps his. */
  userIds: string[];
  firstSeq: number;
}

export interface CorpTag {
  id: string;
  name: string;
  createdAt: number;
  order: number;
  /** Asked for by id, WeCom still answers a deleted tag, marked as such. */
  deleted?: true;
  /** The creating app; absent = made in the console. */
  agentId?: number;
  strategyId?: number;
}

export interface CorpTagGroup extends Omit<CorpTag, 'strategyId'> {
  tags: CorpTag[];
}

export interface GroupMember {
  id: string;
  type: 1 | 2;
  joinedAt: number;
  joinScene: 1 | 2 | 3;
  invitorUserId?: string;
  state?: string;
  nickname?: string;
  name: string;
  unionId?: string;
}

export interface GroupChat {
  id: string;
  name: string;
  ownerUserId: string;
  createdAt: number;
  notice: string;
  /** 0 normal, 1 owner resigned, 2 being inherited, 3 inherited. */
  status: number;
  internal?: true;
  dismissed?: true;
  members: GroupMember[];
  adminUserIds: string[];
  memberVersion: string;
}

export interface CorpState {
  corpId: string;
  name: string;
  seed: string;
  /** Source of every later id and of the order of relations. */
  lastSeq: number;
  apps: SandboxApp[];
  departments: Department[];
  staff: StaffMember[];
  /** Members who left; groupchat/list still knows them as owners (page 92120). */
  formerUserIds: string[];
  /** When they left, in seconds, by user id in lower case. */
  leftAt?: Record<string, number>;
  tagGroups: CorpTagGroup[];
  groupChats: GroupChat[];
  /** Absent in files of before: all their customers are stored. */
  generated?: GeneratedPlan;
  /** Those that are not as generated: changed ones and new ones. */
  customers: Customer[];
}
