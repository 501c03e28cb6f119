import { CustomersModule } from '../../../src/modules/customers/index.js';
import { CUSTOMERS_SYNC } from '../../../src/modules/customers/contacts/use-cases/customers-sync.js';
import { WalkDetails } from '../../../src/modules/customers/contacts/use-cases/walk-details.js';
import { ContactsGateway } from '../../../src/wecom/index.js';
import { type Chaos, type Pick, runChaos } from '../../support/event-chaos.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';
import { ACTIVE, heldEnds, heldRelations, type MirroredCorp, worldRelations } from './relation-states.js';

let world: MirrorWorld;
let corp: MirroredCorp;
let staff: string[];
let tagIds: string[];
/** External ids that the chaos plays with; few, so that its changes meet. */
let people: string[];
/** What the world did last to each pair; the pairs that are over must say so. */
let lastChange: Map<
  string,
  { userId: string; externalUserId: string; what: 'add' | 'staff' | 'customer'; at: string }
>;

beforeAll(async () => {
  world = await startMirrorWorld({
    modules: [CustomersModule],
    seed: 'chaos',
    size: { staff: 3, customers: 6, groupChats: 0 },
  });
  const contacts = world.http.get(ContactsGateway);
  corp = {
    contacts,
    id: world.corpId,
    sql: (text, params) => world.query(text, params),
  };
  staff = await contacts.listFollowUserIds(world.corpId);
  tagIds =
    world.sandbox.control
      .world()
      .corps[0]?.tagGroups.flatMap((group) => group.tags.map((tag) => tag.tagId)) ?? [];
  people = [];
  lastChange = new Map();
  await world.sync(CUSTOMERS_SYNC);
  await walk();
});
afterAll(async () => world.close());

const walk = () => world.http.get(WalkDetails).walk(world.corpId, new AbortController().signal, 1000);
const follows = async () => new Set((await worldRelations(corp, true)).keys());
const followed = new Set<string>();
const pairKey = (userId: string, externalUserId: string) => `${externalUserId} ${userId.toLowerCase()}`;

/** One thing that a member or a customer does. */
function change(pick: Pick, silent: boolean): void {
  const { events } = world.sandbox.control;
  const userId = staff[pick(staff.length)] ?? '';
  if (people.length < 4) {
    const { externalUserId } = events.addCustomer({ userId, silent, state: 'chaos' });
    people.push(externalUserId);
    return note(userId, externalUserId, 'add');
  }
  const externalUserId = people[pick(people.length)] ?? '';
  const pair = { userId, externalUserId, silent };
  if (!followed.has(pairKey(userId, externalUserId))) {
    events.addCustomer({ ...pair, half: pick(2) === 0 });
    return note(userId, externalUserId, 'add');
  }
  switch (pick(5)) {
    case 0:
      events.staffDeletesCustomer(pair);
      return note(userId, externalUserId, 'staff');
    case 1:
      events.customerDeletesStaff(pair);
      return note(userId, externalUserId, 'customer');
    case 2:
      return events.editRemark({ ...pair, remark: `备注${pick(100)}`, description: `描述${pick(100)}` });
    case 3:
      return events.editTags({
        ...pair,
        addTagIds: [tagIds[pick(3)] ?? ''],
        removeTagIds: [tagIds[pick(3)] ?? ''],
      });
    default:
      return events.editTags({
        ...pair,
        addPersonalTags: [`个人${pick(3)}`],
        removePersonalTags: [`个人${pick(3)}`],
      });
  }
}

function note(userId: string, externalUserId: string, what: 'add' | 'staff' | 'customer'): void {
  const key = pairKey(userId, externalUserId);
  if (what === 'add') followed.add(key);
  else followed.delete(key);
  lastChange.set(key, {
    userId,
    externalUserId,
    what,
    at: new Date(world.clock.seconds * 1000).toISOString(),
  });
}

/** Who ended what, and when: exactly as it happened, when every event has arrived. */
async function expectEnds(): Promise<void> {
  for (const { userId, externalUserId, what, at } of lastChange.values()) {
    const expected = {
      ...ACTIVE,
      ...(what === 'staff' && { byStaffAt: at }),
      ...(what === 'customer' && { byCustomerAt: at }),
    };
    expect([externalUserId, await heldEnds(corp, userId, externalUserId)]).toEqual([
      externalUserId,
      expected,
    ]);
  }
}

const chaos: Chaos = {
  change,
  check: async (lost) => {
    if (lost) {
      const operation = await world.sync(CUSTOMERS_SYNC);
      if (operation.state === 'awaiting_confirmation') {
        await world.confirm(operation.id);
        await world.workSync(CUSTOMERS_SYNC);
      }
      expect(await heldRelations(corp, false)).toEqual(await worldRelations(corp, false));
      await walk();
    } else {
      await expectEnds();
    }
    expect(await heldRelations(corp, true)).toEqual(await worldRelations(corp, true));
    for (const key of lost ? lastChange.keys() : []) lastChange.delete(key); // only runs without loss know who ended what
  },
};

describe('customers under chaos', () => {
  it('equal the world when every event arrived somehow, and after one sync and walk when some were lost', async () => {
    expect(await follows()).toEqual(new Set((await heldRelations(corp, true)).keys()));
    await runChaos(world, chaos, 15);
  }, 120_000);
});
