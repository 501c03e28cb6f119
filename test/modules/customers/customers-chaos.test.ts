import { CustomersModule } from '../../../src/modules/customers/index.js';
import { CustomerStore } from '../../../src/modules/customers/contacts/persistence/customer-store.js';
import { RelationEnds } from '../../../src/modules/customers/contacts/persistence/relation-ends.js';
import { Losses } from '../../../src/modules/customers/contacts/use-cases/losses.js';
import { Database } from '../../../src/platform/database/database.js';
import { CUSTOMERS_SYNC } from '../../../src/modules/customers/contacts/use-cases/customers-sync.js';
import { WalkDetails } from '../../../src/modules/customers/contacts/use-cases/walk-details.js';
import { ContactsGateway } from '../../../src/wecom/index.js';
import { type Chaos, type Pick, runChaos } from '../../support/event-chaos.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';
import {
  ACTIVE,
  crossingsBetween,
  heldCrossings,
  heldEnds,
  heldLosses,
  heldMoments,
  heldRelations,
  type MirroredCorp,
  worldRelations,
  type HeldLosses,
} from './relation-states.js';

let world: MirrorWorld;
let corp: MirroredCorp;
let staff: string[];
let tagIds: string[];
/** External ids that the chaos plays with; few, so that its changes meet. */
let people: string[];
/** What the world did last to each pair; the pairs that are over must say so. */
/** Every start and end that an event told of, by pair: `kind time`. */
let told: Map<string, Set<string>>;
let losses: HeldLosses;
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
  told = new Map();
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
    return note(userId, externalUserId, 'add', silent);
  }
  const externalUserId = people[pick(people.length)] ?? '';
  const pair = { userId, externalUserId, silent };
  if (!followed.has(pairKey(userId, externalUserId))) {
    events.addCustomer({ ...pair, half: pick(2) === 0 });
    return note(userId, externalUserId, 'add', silent);
  }
  switch (pick(5)) {
    case 0:
      events.staffDeletesCustomer(pair);
      return note(userId, externalUserId, 'staff', silent);
    case 1:
      events.customerDeletesStaff(pair);
      return note(userId, externalUserId, 'customer', silent);
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

function note(
  userId: string,
  externalUserId: string,
  what: 'add' | 'staff' | 'customer',
  silent: boolean,
): void {
  const key = pairKey(userId, externalUserId);
  if (what === 'add') followed.add(key);
  else followed.delete(key);
  const at = new Date(world.clock.seconds * 1000).toISOString();
  lastChange.set(key, { userId, externalUserId, what, at });
  const moments = told.get(key) ?? new Set();
  if (!silent) moments.add(`${what === 'add' ? 'added' : `ended_by_${what}`} ${at}`);
  told.set(key, moments);
}

/** Nothing that an event told is forgotten, in whatever order, and nothing is invented. */
async function expectPast(): Promise<void> {
  for (const [key, moments] of told) {
    expect([key, (await heldMoments(corp, key)).sort()]).toEqual([key, [...moments].sort()]);
  }
}

const deliver = async () => {
  for (const event of world.newEvents()) await world.deliver(event);
};

async function befriend(userId = '', existing?: string): Promise<{ externalUserId: string }> {
  world.clock.seconds += 60;
  const friend = { userId, ...(existing && { externalUserId: existing }) };
  const { externalUserId } = world.sandbox.control.events.addCustomer(friend);
  await deliver();
  return { externalUserId };
}

/** Each start and end of a relation, each loss and return of a customer is told by one event, in the unit where it happens. */
async function watched(step: () => Promise<void>): Promise<void> {
  const before = losses;
  const relations = await heldCrossings(corp);
  await step();
  const now = await heldCrossings(corp);
  expect(now.told.slice(relations.told.length).sort()).toEqual(crossingsBetween(relations, now));
  losses = await heldLosses(corp);
  const came = [...losses.lost].filter((id) => !before.lost.has(id)).map((id) => `customers.lost ${id}`);
  const went = [...before.lost].filter((id) => !losses.lost.has(id)).map((id) => `customers.returned ${id}`);
  expect(losses.told.slice(before.told.length).sort()).toEqual([...came, ...went].sort());
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
      await watched(async () => {
        const operation = await world.sync(CUSTOMERS_SYNC);
        if (operation.state === 'awaiting_confirmation') {
          await world.confirm(operation.id);
          await world.workSync(CUSTOMERS_SYNC);
        }
      });
      expect(await heldRelations(corp, false)).toEqual(await worldRelations(corp, false));
      await watched(walk);
    } else {
      await expectEnds();
    }
    expect(await heldRelations(corp, true)).toEqual(await worldRelations(corp, true));
    await expectPast();
    for (const key of lost ? lastChange.keys() : []) lastChange.delete(key); // only runs without loss know who ended what
  },
};

describe('customers under chaos', () => {
  it('equal the world when every event arrived somehow, and after one sync and walk when some were lost', async () => {
    expect(await follows()).toEqual(new Set((await heldRelations(corp, true)).keys()));
    losses = await heldLosses(corp);
    const load: MirrorWorld['load'] = async (event) =>
      (await world.load(event)).map((apply) => () => watched(apply));
    await runChaos({ ...world, load }, chaos, 15);
  }, 120_000);
});

describe('customers.lost', () => {
  it('is told once when an event and a sync take the last two members at the same time', async () => {
    const { externalUserId } = await befriend(staff[0]);
    await befriend(staff[1], externalUserId);
    const before = (await heldLosses(corp)).told.length;
    const ends = world.http.get(RelationEnds);
    const losses = world.http.get(Losses);
    const customers = world.http.get(CustomerStore);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let id = '';
    const isEnded = new Promise<void>((ended) => {
      void world.unit.run(world.corpId, async () => {
        id = await customers.lockOrStub(externalUserId);
        const news = {
          customerId: id,
          staffUserId: staff[0] ?? '',
          at: new Date(world.clock.seconds * 1000),
        };
        await ends.recordDeletion('staff', { ...news, readAt: await customers.readClock() });
        await losses.settle([id]);
        ended();
        await held;
      });
    });
    await isEnded;
    const swept = world.unit.run(world.corpId, async () => {
      await world.http.get(Database).execute(
        `UPDATE customers.follow_relations SET disappeared_at = now(), ended_at = now()
          WHERE corp_id = $1 AND customer_id = $2 AND staff_key = lower($3)`,
        [world.corpId, id, staff[1]],
      );
      setTimeout(release, 200); // by then the next statement waits for the customer
      await losses.settle([id]);
    });
    await swept;
    expect((await heldLosses(corp)).told.slice(before)).toEqual([`customers.lost ${id}`]);
  });

  it('is followed by customers.returned when a sync finds him again, with the same member or another', async () => {
    for (const next of [staff[0], staff[1]]) {
      const { externalUserId } = await befriend(staff[0]);
      const before = (await heldLosses(corp)).told.length;
      world.sandbox.control.events.staffDeletesCustomer({ userId: staff[0] ?? '', externalUserId });
      await deliver();
      world.clock.seconds += 60;
      world.sandbox.control.events.addCustomer({ userId: next ?? '', externalUserId, silent: true });
      for (let syncs = 0; syncs < 2; syncs++) await world.sync(CUSTOMERS_SYNC);
      const [lost = '', ...others] = (await heldLosses(corp)).told.slice(before);
      const id = lost.replace('customers.lost ', '');
      expect(others.filter((line) => line.endsWith(id))).toEqual([`customers.returned ${id}`]);
    }
  });
});
