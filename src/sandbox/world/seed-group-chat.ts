import type { CorpState, GroupChat, GroupMember, ReadonlyCustomer } from './corp.types.js';
import type { GeneratedCustomers } from './generated-customers.js';
import { GROUP_CHATS, NICKNAMES } from './names.js';
import { DAY, PAST } from './past.js';
import { Random, seedId, stableHex } from './random.js';

const CUSTOMERS_MAX = 24;

export function seedGroupChat(corp: CorpState, generated: GeneratedCustomers, index: number): GroupChat {
  const random = new Random(corp.seed, 'chat', index);
  const serving = corp.staff.filter((staff) => staff.status === 1 && staff.contactPermission);
  const owner = serving[index % Math.max(1, serving.length)];
  if (!owner) throw new Error('a customer group needs a member who serves customers');
  const createdAt = PAST + random.below(200 * DAY);
  const helper = serving[(index + 1) % serving.length] ?? owner;
  const members: GroupMember[] = [owner, ...(helper === owner ? [] : [helper])].map((staff) => ({
    id: staff.userId,
    type: 1,
    joinedAt: createdAt,
    joinScene: 1,
    name: staff.name,
  }));
  for (const number of someOf(random, generated.size))
    members.push(memberOf(generated.customer(number), random, owner.userId, createdAt));
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

/** Some 24 customers, of a small world about the half. */
function someOf(random: Random, customers: number): Set<number> {
  const wanted = Math.min(CUSTOMERS_MAX, Math.floor(customers / 2));
  const chosen = new Set<number>();
  while (chosen.size < wanted) chosen.add(random.below(customers));
  return chosen;
}

function memberOf(
  customer: ReadonlyCustomer,
  random: Random,
  ownerUserId: string,
  createdAt: number,
): GroupMember {
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
