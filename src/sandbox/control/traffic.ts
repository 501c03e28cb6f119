import type {
  BurstOptions,
  EventTarget,
  PairTarget,
  SandboxControl,
  TrafficOptions,
} from '../sandbox.types.js';
import type { Corp } from '../world/corp.js';
import type { StaffMember } from '../world/corp.types.js';
import { DESCRIPTIONS, PERSONAL_TAGS, STATES } from '../world/names.js';
import { Random } from '../world/random.js';
import type { World } from '../world/world.js';

interface Scene {
  corp: Corp;
  control: SandboxControl;
  random: Random;
  customersMax: number;
  target: Pick<EventTarget, 'corpId' | 'createTime'>;
}
/** False when it cannot be: an empty group, a corp without members. */
type Act = (scene: Scene) => boolean;

const CUSTOMERS_MAX = 2000;

/** Weights make the world breathe: mostly edits, some arrivals, a deletion now and then. */
const ACTS: readonly [weight: number, act: Act][] = [
  [5, arrive],
  [5, remark],
  [6, tag],
  [4, joinGroup],
  [2, leaveGroup],
  [1, part],
  [1, notice],
];

/** Live changes; never beyond `customersMax` customers, so a sandbox can run for weeks. */
export function startTraffic(
  world: World,
  control: SandboxControl,
  options: TrafficOptions,
): { stop(): void } {
  const corp = world.get(options.corpId);
  const perMinute = options.eventsPerMinute ?? 6;
  if (perMinute <= 0) return { stop: () => undefined };
  const target = { corpId: corp.corpId };
  const customersMax = options.customersMax ?? CUSTOMERS_MAX;
  const timer = setInterval(() => liveOneMoment({ corp, control, customersMax, target }), 60_000 / perMinute);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Hundreds of events in one second are what a migration or a mass scan of a QR code looks like. */
export function burst(
  world: World,
  control: SandboxControl,
  options: BurstOptions,
  createTime: number,
): { createTime: number } {
  const corp = world.get(options.corpId);
  const scene = { corp, control, customersMax: Infinity, target: { corpId: corp.corpId, createTime } };
  let made = 0;
  for (let tries = 0; made < options.events && tries < options.events * 20; tries += 1)
    if (liveOneMoment(scene)) made += 1;
  if (made < options.events) throw new Error(`only ${made} events were possible in this world`);
  return { createTime };
}

/** One random change, and one event of it. */
function liveOneMoment(place: Omit<Scene, 'random'>): boolean {
  const random = new Random(place.corp.state.seed, 'traffic', place.corp.nextSeq());
  let left = random.below(ACTS.reduce((sum, [weight]) => sum + weight, 0));
  const chosen = ACTS.find(([weight]) => (left -= weight) < 0);
  return chosen?.[1]({ ...place, random }) ?? false;
}

function arrive({ corp, control, random, customersMax, target }: Scene): boolean {
  const staff = someStaff(corp, random);
  if (!staff || corp.customers.size >= customersMax) return false;
  control.events.addCustomer({ ...target, userId: staff.userId, state: random.pick(STATES) });
  return true;
}

function remark(scene: Scene): boolean {
  const pair = somePair(scene);
  if (pair) scene.control.events.editRemark({ ...pair, description: scene.random.pick(DESCRIPTIONS) });
  return pair !== undefined;
}

function tag(scene: Scene): boolean {
  const pair = somePair(scene);
  const groups = scene.corp.state.tagGroups.filter((group) => !group.deleted);
  if (!pair || groups.length === 0) return false;
  const tags = scene.random.pick(groups).tags.filter((candidate) => !candidate.deleted);
  if (scene.random.chance(0.2)) {
    scene.control.events.editTags({ ...pair, addPersonalTags: [scene.random.pick(PERSONAL_TAGS)] });
    return true;
  }
  const addTagIds = [scene.random.pick(tags).id];
  const removeTagIds = tags.map((candidate) => candidate.id).filter((id) => !addTagIds.includes(id));
  scene.control.events.editTags({ ...pair, addTagIds, removeTagIds });
  return true;
}

function joinGroup(scene: Scene): boolean {
  const { control, random, target } = scene;
  const pair = somePair(scene);
  const chat = someGroup(scene);
  if (!pair || !chat || chat.members.some((member) => member.id === pair.externalUserId)) return false;
  const joinScene = random.pick([0, 3] as const);
  const externalUserIds = [pair.externalUserId];
  control.events.addGroupMember({ ...target, chatId: chat.id, externalUserIds, joinScene });
  return true;
}

function leaveGroup({ control, random, target, corp }: Scene): boolean {
  const chat = someGroup({ corp, random });
  const outside = chat?.members.filter((member) => member.type === 2) ?? [];
  if (!chat || outside.length < 4) return false;
  control.events.removeGroupMember({ ...target, chatId: chat.id, memberIds: [random.pick(outside).id] });
  return true;
}

function part(scene: Scene): boolean {
  const pair = somePair(scene);
  if (!pair) return false;
  if (scene.random.chance(0.5)) scene.control.events.customerDeletesStaff(pair);
  else scene.control.events.staffDeletesCustomer(pair);
  return true;
}

function notice({ control, random, target, corp }: Scene): boolean {
  const chat = someGroup({ corp, random });
  if (!chat) return false;
  const text = `本周活动：满 ${100 + random.below(9) * 50} 减 20`;
  control.events.changeNotice({ ...target, chatId: chat.id, notice: text });
  return true;
}

function someStaff(corp: Corp, random: Random): StaffMember | undefined {
  const serving = corp.state.staff.filter((staff) => staff.status === 1 && staff.contactPermission);
  return serving.length > 0 ? random.pick(serving) : undefined;
}

function somePair({ corp, random, target }: Scene): PairTarget | undefined {
  const staff = someStaff(corp, random);
  if (!staff) return undefined;
  const after = random.below(corp.state.lastSeq);
  const [relation = corp.customers.ofStaff(staff.userId, 0, 1)[0]] = corp.customers.ofStaff(
    staff.userId,
    after,
    1,
  );
  return relation && { ...target, userId: staff.userId, externalUserId: relation.customer.id };
}

function someGroup({ corp, random }: Pick<Scene, 'corp' | 'random'>) {
  const chats = corp.state.groupChats.filter(
    (chat) => !chat.dismissed && !chat.internal && corp.findStaff(chat.ownerUserId),
  );
  return chats.length > 0 ? random.pick(chats) : undefined;
}
