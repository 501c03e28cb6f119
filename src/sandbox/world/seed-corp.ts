import type { WorldSize } from '../sandbox.types.js';
import type { CorpState, CorpTagGroup, GeneratedPlan, StaffMember } from './corp.types.js';
import { GeneratedCustomers } from './generated-customers.js';
import { DEPARTMENTS, GIVEN_NAMES, SURNAMES, TAG_GROUPS } from './names.js';
import { DAY, PAST } from './past.js';
import { seedId, stableHex, stableText } from './random.js';
import { seedGroupChat } from './seed-group-chat.js';

const WORK_DEPARTMENTS = [4, 5, 7, 8, 3, 6, 9];
const CUSTOMERS = 500;
const STAFF_MIN = 16;
/** A member of a large corp serves about so many customers unless a number of members is asked for. */
const CUSTOMERS_PER_STAFF = 1000;

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
  const customers = size.customers ?? CUSTOMERS;
  const staff = size.staff ?? Math.max(STAFF_MIN, Math.ceil(customers / CUSTOMERS_PER_STAFF));
  corp.staff = Array.from({ length: staff }, (_, index) => seedStaff(corp, index));
  corp.tagGroups = TAG_GROUPS.map(([groupName, tagNames], index) =>
    seedTagGroup(seed, groupName, tagNames, index),
  );
  corp.generated = planCustomers(corp, size, customers);
  const generated = new GeneratedCustomers(seed, corp.generated);
  corp.lastSeq = generated.lastSeq;
  corp.groupChats = Array.from({ length: size.groupChats ?? 5 }, (_, index) =>
    seedGroupChat(corp, generated, index),
  );
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

function planCustomers(corp: CorpState, size: WorldSize, customers: number): GeneratedPlan {
  const { relationsPerCustomer = 1.2, tagsPerCustomer = 1.4 } = size;
  if (!Number.isInteger(customers) || customers < 0 || customers > 10_000_000)
    throw new Error('a world has 0 to 10,000,000 customers');
  if (!(relationsPerCustomer >= 1 && relationsPerCustomer <= 3))
    throw new Error('a customer has 1 to 3 relations on average');
  if (!(tagsPerCustomer >= 0 && tagsPerCustomer <= 4 * relationsPerCustomer))
    throw new Error('a relation has 0 to 4 corp tags on average');
  const serving = corp.staff.filter((staff) => staff.status === 1 && staff.contactPermission);
  const userIds = serving.map((staff) => staff.userId);
  return { customers, relationsPerCustomer, tagsPerCustomer, userIds, firstSeq: corp.lastSeq + 1 };
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
