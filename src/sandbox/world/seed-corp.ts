import type { WorldSize } from '../sandbox.types.js';
import type {
  CorpState,
  CorpTagGroup,
  Customer,
  Follow,
  GroupChat,
  GroupMember,
  StaffMember,
} from './corp.types.js';
import {
  DEPARTMENTS,
  DESCRIPTIONS,
  GIVEN_NAMES,
  GROUP_CHATS,
  NICKNAMES,
  PARTNER_CORPS,
  PERSONAL_TAGS,
  STATES,
  SURNAMES,
  TAG_GROUPS,
} from './names.js';
import { Random, stableHex, stableText } from './random.js';

/** 2025-01-01 00:00 +08:00. A fixed past keeps the same seed byte-equal whenever it is used. */
const PAST = 1_735_660_800;
const DAY = 86_400;
const WORK_DEPARTMENTS = [4, 5, 7, 8, 3, 6, 9];
const ADD_WAYS = [1, 1, 1, 2, 3, 4, 16, 201, 0];

export const APP_AGENT_ID = 1_000_002;

/** Same seed and size, same corp. */
export function seedCorp(seed: string, size: WorldSize = {}, name = '星禾生活'): CorpState {
  const corp: CorpState = {
    corpId: `ww${stableHex(16, seed, 'corp')}`,
    name,
    seed,
    lastSeq: 0,
    apps: [],
    departments: DEPARTMENTS.map(([id, departmentName, parentId, order]) => ({
      id,
      name: id === 1 ? name : departmentName,
      parentId,
      order,
    })),
    staff: [],
    formerUserIds: [],
    tagGroups: [],
    groupChats: [],
    customers: [],
  };
  corp.apps = [seedApp(seed, 'app', APP_AGENT_ID, 'SCRM'), seedApp(seed, 'assistant', 0, '通讯录同步')];
  corp.staff = Array.from({ length: size.staff ?? 16 }, (_, index) => seedStaff(corp, index));
  corp.tagGroups = TAG_GROUPS.map(([groupName, tagNames], index) =>
    seedTagGroup(seed, groupName, tagNames, index),
  );
  corp.customers = Array.from({ length: size.customers ?? 500 }, (_, index) => seedCustomer(corp, index));
  corp.groupChats = Array.from({ length: size.groupChats ?? 5 }, (_, index) => seedGroupChat(corp, index));
  return corp;
}

export function seedApp(seed: string, kind: 'app' | 'assistant', agentId: number, name: string) {
  return {
    agentId,
    kind,
    name,
    secret: stableText(43, seed, 'secret', kind, agentId),
    enabled: true,
    contactApi: kind === 'app',
    visibleDepartmentIds: [1],
    visibleUserIds: [],
    trustedIps: null,
  };
}

export function seedId(
  prefix: 'wm' | 'wo' | 'wr' | 'et' | 'st',
  seed: string,
  ...parts: (string | number)[]
): string {
  return prefix + stableText(30, seed, prefix, ...parts);
}

function seedStaff(corp: CorpState, index: number): StaffMember {
  // 13 and 11 share no divisor, so all 143 pairs come before one returns.
  const [surname, surnameLatin] = SURNAMES[index % SURNAMES.length] ?? SURNAMES[0];
  const [given, givenLatin] = GIVEN_NAMES[index % GIVEN_NAMES.length] ?? GIVEN_NAMES[0];
  const round = Math.floor(index / (SURNAMES.length * GIVEN_NAMES.length));
  const department = WORK_DEPARTMENTS[index % WORK_DEPARTMENTS.length] ?? 1;
  const leads = index > 0 && index <= WORK_DEPARTMENTS.length;
  return {
    userId: `${surnameLatin}.${givenLatin}${round === 0 ? '' : round}`,
    seq: (corp.lastSeq += 1),
    name: surname + given,
    alias: givenLatin,
    position: leads ? '主管' : '客户经理',
    departmentIds: index === 0 ? [2] : index % 5 === 4 ? [department, 2] : [department],
    leaderIn: index === 0 ? [2] : leads ? [department] : [],
    // The 12th has no 客户联系 permission and the 13th never activated: both exist in every real corp.
    status: index === 12 ? 4 : 1,
    contactPermission: index !== 11,
  };
}

function seedTagGroup(seed: string, name: string, tagNames: readonly string[], index: number): CorpTagGroup {
  // The last group was made by the app; the others in the console, so the app may not change them (301002).
  const origin = index === TAG_GROUPS.length - 1 ? { agentId: APP_AGENT_ID } : {};
  return {
    id: seedId('et', seed, 'group', index),
    name,
    createdAt: PAST + index * DAY,
    order: 100 - index,
    ...origin,
    tags: tagNames.map((tagName, position) => ({
      id: seedId('et', seed, 'tag', index, position),
      name: tagName,
      createdAt: PAST + index * DAY,
      order: 100 - position,
      ...origin,
    })),
  };
}

function seedCustomer(corp: CorpState, index: number): Customer {
  const random = new Random(corp.seed, 'customer', index);
  const type = random.chance(0.06) ? 2 : 1;
  const customer: Customer = {
    id: seedId(type === 1 ? 'wm' : 'wo', corp.seed, 'customer', index),
    name: `${random.pick(NICKNAMES)}${random.chance(0.4) ? random.below(100) : ''}`,
    type,
    gender: random.pick([0, 1, 2] as const),
    follows: [],
  };
  if (type === 1) customer.unionId = `o${stableText(27, corp.seed, 'unionid', index)}`;
  else Object.assign(customer, { corpName: random.pick(PARTNER_CORPS), position: '采购' });
  const serving = corp.staff.filter((staff) => staff.status === 1 && staff.contactPermission);
  // Most customers have one follower, some two, a few three.
  const followers = Math.min(serving.length, random.chance(0.85) ? 1 : random.chance(0.75) ? 2 : 3);
  const first = serving.length > 0 ? random.below(serving.length) : 0;
  for (let step = 0; step < followers; step += 1) {
    const staff = serving[(first + step * 3) % serving.length];
    if (staff && !customer.follows.some((follow) => follow.userId === staff.userId)) {
      customer.follows.push(seedFollow(corp, random, customer, staff.userId, index));
    }
  }
  return customer;
}

function seedFollow(
  corp: CorpState,
  random: Random,
  customer: Customer,
  userId: string,
  index: number,
): Follow {
  const follow: Follow = {
    userId,
    seq: (corp.lastSeq += 1),
    createdAt: PAST + random.below(300 * DAY),
    addWay: random.pick(ADD_WAYS),
    operUserId: random.chance(0.5) ? customer.id : userId,
  };
  if (random.chance(0.6)) follow.remark = `${customer.name.slice(0, 8)}-${(index % 12) + 1}月`;
  if (random.chance(0.3)) follow.description = random.pick(DESCRIPTIONS);
  if (random.chance(0.25)) follow.mobiles = [`1380000${String(index % 10_000).padStart(4, '0')}`];
  if (follow.addWay === 1 || follow.addWay === 16) follow.state = random.pick(STATES);
  const tagIds = corp.tagGroups.flatMap((group) => (random.chance(0.4) ? [random.pick(group.tags).id] : []));
  if (tagIds.length > 0) follow.tagIds = tagIds;
  if (random.chance(0.15)) follow.personalTags = [random.pick(PERSONAL_TAGS)];
  return follow;
}

function seedGroupChat(corp: CorpState, index: number): GroupChat {
  const random = new Random(corp.seed, 'chat', index);
  const serving = corp.staff.filter((staff) => staff.status === 1 && staff.contactPermission);
  const owner = serving[index % Math.max(1, serving.length)];
  if (!owner) throw new Error('a customer group needs a member who serves customers');
  const createdAt = PAST + random.below(200 * DAY);
  const helper = serving[(index + 1) % serving.length] ?? owner;
  const customers = corp.customers.filter(() => random.chance(Math.min(0.5, 24 / corp.customers.length)));
  const members: GroupMember[] = [owner, ...(helper === owner ? [] : [helper])].map((staff) => ({
    id: staff.userId,
    type: 1,
    joinedAt: createdAt,
    joinScene: 1,
    name: staff.name,
  }));
  for (const customer of customers) members.push(memberOf(customer, random, owner.userId, createdAt));
  // People in customer groups need not be customers.
  members.push({
    id: seedId('wm', corp.seed, 'stranger', index),
    type: 2,
    joinedAt: createdAt + DAY,
    joinScene: 3,
    name: random.pick(NICKNAMES),
  });
  return {
    id: seedId('wr', corp.seed, 'chat', index),
    name: `${GROUP_CHATS[index % GROUP_CHATS.length]}${index < GROUP_CHATS.length ? '' : index}`,
    ownerUserId: owner.userId,
    createdAt,
    notice: index % 2 === 0 ? '文明交流，请勿发布广告' : '',
    status: 0,
    members,
    adminUserIds: helper === owner ? [] : [helper.userId],
    memberVersion: stableHex(32, corp.seed, 'member-version', index),
  };
}

function memberOf(customer: Customer, random: Random, ownerUserId: string, createdAt: number): GroupMember {
  const joinScene = random.pick([1, 2, 3] as const);
  return {
    id: customer.id,
    type: 2,
    joinedAt: createdAt + random.below(60 * DAY),
    joinScene,
    name: customer.name,
    ...(joinScene === 3 ? { state: 'group_qr' } : { invitorUserId: ownerUserId }),
    ...(customer.unionId ? { unionId: customer.unionId } : {}),
  };
}
