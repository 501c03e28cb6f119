import type { SandboxControl, TrafficOptions } from '../sandbox.types.js';
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
}
type Act = (scene: Scene) => void;

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
  const timer = setInterval(
    () => liveOneMoment(corp, control, options.customersMax ?? 2000),
    60_000 / perMinute,
  );
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** One random change; nothing happens when it cannot (an empty group, a corp without members). */
function liveOneMoment(corp: Corp, control: SandboxControl, customersMax: number): void {
  const scene = {
    corp,
    control,
    customersMax,
    random: new Random(corp.state.seed, 'traffic', corp.nextSeq()),
  };
  let left = scene.random.below(ACTS.reduce((sum, [weight]) => sum + weight, 0));
  const chosen = ACTS.find(([weight]) => (left -= weight) < 0);
  chosen?.[1](scene);
}

function arrive({ corp, control, random, customersMax }: Scene): void {
  const staff = someStaff(corp, random);
  if (!staff || corp.customers.size >= customersMax) return;
  control.events.addCustomer({ corpId: corp.corpId, userId: staff.userId, state: random.pick(STATES) });
}

function remark(scene: Scene): void {
  const pair = somePair(scene);
  if (pair) scene.control.events.editRemark({ ...pair, description: scene.random.pick(DESCRIPTIONS) });
}

function tag(scene: Scene): void {
  const pair = somePair(scene);
  const groups = scene.corp.state.tagGroups.filter((group) => !group.deleted);
  if (!pair || groups.length === 0) return;
  const tags = scene.random.pick(groups).tags.filter((candidate) => !candidate.deleted);
  if (scene.random.chance(0.2)) {
    scene.control.events.editTags({ ...pair, addPersonalTags: [scene.random.pick(PERSONAL_TAGS)] });
    return;
  }
  const addTagIds = [scene.random.pick(tags).id];
  const removeTagIds = tags.map((candidate) => candidate.id).filter((id) => !addTagIds.includes(id));
  scene.control.events.editTags({ ...pair, addTagIds, removeTagIds });
}

function joinGroup(scene: Scene): void {
  const { corp, control, random } = scene;
  const pair = somePair(scene);
  const chat = someGroup(scene);
  if (!pair || !chat || chat.members.some((member) => member.id === pair.externalUserId)) return;
  const joinScene = random.pick([0, 3] as const);
  control.events.addGroupMember({
    corpId: corp.corpId,
    chatId: chat.id,
    externalUserIds: [pair.externalUserId],
    joinScene,
  });
}

function leaveGroup(scene: Scene): void {
  const chat = someGroup(scene);
  const outside = chat?.members.filter((member) => member.type === 2) ?? [];
  if (!chat || outside.length < 4) return;
  scene.control.events.removeGroupMember({
    corpId: scene.corp.corpId,
    chatId: chat.id,
    memberIds: [scene.random.pick(outside).id],
  });
}

function part(scene: Scene): void {
  const pair = somePair(scene);
  if (!pair) return;
  if (scene.random.chance(0.5)) scene.control.events.customerDeletesStaff(pair);
  else scene.control.events.staffDeletesCustomer(pair);
}

function notice(scene: Scene): void {
  const chat = someGroup(scene);
  if (!chat) return;
  const text = `本周活动：满 ${100 + scene.random.below(9) * 50} 减 20`;
  scene.control.events.changeNotice({ corpId: scene.corp.corpId, chatId: chat.id, notice: text });
}

function someStaff(corp: Corp, random: Random): StaffMember | undefined {
  const serving = corp.state.staff.filter((staff) => staff.status === 1 && staff.contactPermission);
  return serving.length > 0 ? random.pick(serving) : undefined;
}

function somePair({
  corp,
  random,
}: Scene): { corpId: string; userId: string; externalUserId: string } | undefined {
  const staff = someStaff(corp, random);
  const relations = staff ? corp.customers.ofStaff(staff.userId) : [];
  if (!staff || relations.length === 0) return undefined;
  return { corpId: corp.corpId, userId: staff.userId, externalUserId: random.pick(relations).customer.id };
}

function someGroup({ corp, random }: Scene) {
  const chats = corp.state.groupChats.filter(
    (chat) => !chat.dismissed && !chat.internal && corp.findStaff(chat.ownerUserId),
  );
  return chats.length > 0 ? random.pick(chats) : undefined;
}
