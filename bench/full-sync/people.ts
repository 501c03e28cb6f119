import { createHash } from 'node:crypto';

const CORP_TAGS = 200;
const CUSTOMERS_PER_STAFF = 200;
const TAGS_PER_RELATION = 2;
/** 2024-01-01, in seconds as WeCom tells times. */
const FIRST_DAY = 1_704_067_200;
const MINUTE = 60;

export interface Follow {
  readonly staff: number;
  readonly followedAt: number;
  readonly tagIds: readonly string[];
}

/** An invented customer: 1.5 relations and, with two tags on each of them, three tags on average. */
export interface Person {
  readonly externalUserId: string;
  readonly name: string;
  readonly gender: number;
  readonly avatar: string;
  readonly unionId: string;
  readonly remark: string;
  readonly description: string;
  readonly addWay: number;
  readonly state: string | undefined;
  readonly follows: readonly Follow[];
}

export function staffCount(customers: number): number {
  return Math.max(2, Math.round(customers / CUSTOMERS_PER_STAFF));
}

export function staffId(staff: number): string {
  return `Member${String(staff).padStart(5, '0')}`;
}

/** The same person for the same number, whoever asks: the page server and the reference need not talk. */
export function personOf(index: number, customers: number): Person {
  const hash = createHash('md5').update(`person ${index}`).digest();
  const digits = hash.toString('hex');
  const members = staffCount(customers);
  const first = hash.readUInt32LE(0) % members;
  const other = (first + 1 + (hash.readUInt32LE(4) % (members - 1))) % members;
  return {
    externalUserId: `wm${digits.slice(0, 30)}`,
    name: `客户${hash.readUInt16LE(4)}`,
    gender: index % 3,
    avatar: `https://wx.qlogo.cn/mmhead/${digits}${digits.slice(0, 12)}/0`,
    unionId: `oA${digits.slice(4, 30)}`,
    remark: `备注${hash.readUInt16LE(6)}`,
    description: index % 4 === 0 ? '常在周末来店里，喜欢新品' : '',
    addWay: hash.readUInt8(8) % 17,
    state: index % 3 === 0 ? `store-${hash.readUInt8(9)}` : undefined,
    follows: (index % 2 === 0 ? [first] : [first, other]).map((member, nth) => ({
      staff: member,
      followedAt: FIRST_DAY + (hash.readUInt32LE(10) % 500_000) * MINUTE + nth,
      tagIds: Array.from({ length: TAGS_PER_RELATION }, (_, tag) =>
        tagId(hash.readUInt8(12 + nth) + tag * 7),
      ),
    })),
  };
}

function tagId(tag: number): string {
  return `et${String(tag % CORP_TAGS).padStart(30, 'x')}`;
}
