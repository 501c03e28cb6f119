import { createCipheriv, createDecipheriv, createHash, type Cipher, type Decipher } from 'node:crypto';
import type { Customer, Follow, GeneratedPlan } from './corp.types.js';
import { DESCRIPTIONS, NICKNAMES, PARTNER_CORPS, PERSONAL_TAGS, STATES, TAG_GROUPS } from './names.js';
import { numberOf, Random, seedId, stableText } from './random.js';
import { DAY, PAST } from './past.js';

/** Room for the relations of one customer in the order of relations; no customer has more generated followers. */
const SLOTS = 8;
const TAGS_MAX = 9;
const ADD_WAYS = [1, 1, 1, 2, 3, 4, 16, 201, 0];
const GENDERS = [0, 1, 2] as const;
const PARTNER_SHARE = 0.06;
/** Bytes of what is encrypted: the number and zeros, by which a made-up id is told from a true one. */
const BLOCK = 16;

/**
 * Customers that no memory holds: each is computed from the seed and its number whenever somebody asks. Ids are the
 * encrypted number, so that an id leads back to its customer without an index.
 */
export class GeneratedCustomers {
  /** Relations up to here are generated; later ones are stored. */
  readonly lastSeq: number;
  private readonly cipher: Cipher;
  private readonly decipher: Decipher;
  private readonly idStart: string;
  private readonly relationSalt: number;
  private readonly detailSalt: number;
  private readonly followSalt: number;
  private readonly typeSalt: number;
  /** One for the id, one for the union id, which differs in its last byte. */
  private readonly blocks = Buffer.alloc(2 * BLOCK);
  private readonly tagIds: string[][];
  private readonly stride: number;

  constructor(
    seed: string,
    private readonly plan: GeneratedPlan,
  ) {
    const key = createHash('sha256').update(`${seed}/customers`).digest().subarray(0, 16);
    this.cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.idStart = stableText(8, seed, 'customer ids');
    this.relationSalt = numberOf(seed, 'relations');
    this.detailSalt = numberOf(seed, 'customers');
    this.followSalt = numberOf(seed, 'follows');
    this.typeSalt = numberOf(seed, 'types');
    this.blocks[2 * BLOCK - 1] = 1;
    this.tagIds = TAG_GROUPS.map(([, names], group) =>
      names.map((_, tag) => seedId('et', seed, 'tag', group, tag)),
    );
    this.stride = strideFor(plan.userIds.length);
    this.lastSeq = plan.firstSeq + plan.customers * SLOTS - 1;
  }

  get size(): number {
    return this.plan.customers;
  }

  /** Members by position; a renamed one keeps his. */
  get userIds(): readonly string[] {
    return this.plan.userIds;
  }

  renameStaff(position: number, userId: string): void {
    this.plan.userIds[position] = userId;
  }

  idOf(index: number): string {
    return this.idsOf(index).id;
  }

  indexOf(id: string): number | undefined {
    const bytes = Buffer.from(id.slice(10), 'base64url');
    if (bytes.length !== BLOCK) return undefined;
    const block = this.decipher.update(bytes);
    const index = block.readUInt32BE(0);
    return index < this.size && this.idOf(index) === id ? index : undefined;
  }

  /** Positions of the members who follow him. */
  followers(index: number): number[] {
    const count = this.plan.userIds.length;
    if (count === 0) return [];
    const random = Random.of(this.relationSalt, index);
    const extra = this.plan.relationsPerCustomer - 1;
    const first = random.below(count);
    const positions = [first];
    // Each further follower is as likely as the one before: most customers have few, some have many.
    while (positions.length < Math.min(SLOTS, count) && random.chance(extra / (1 + extra)))
      positions.push((first + positions.length * this.stride) % count);
    return positions;
  }

  seqOf(index: number, slot: number): number {
    return this.plan.firstSeq + index * SLOTS + slot;
  }

  /** The first customer whose relations may come after this one; may lie outside of the world. */
  indexAfter(seq: number): number {
    return Math.floor((seq - this.plan.firstSeq) / SLOTS);
  }

  customer(index: number): Customer {
    const { id, unionId } = this.idsOf(index);
    const random = Random.of(this.detailSalt, index);
    const name = `${random.pick(NICKNAMES)}${random.chance(0.4) ? random.below(100) : ''}`;
    const gender = random.pick(GENDERS);
    const person = { id, name, gender };
    const follows = this.followers(index).map((position, slot) => this.follow(person, index, position, slot));
    if (unionId === undefined)
      return { ...person, type: 2, corpName: random.pick(PARTNER_CORPS), position: '采购', follows };
    return { ...person, type: 1, unionId, follows };
  }

  private follow(
    person: { id: string; name: string },
    index: number,
    position: number,
    slot: number,
  ): Follow {
    const random = Random.of(this.followSalt, index * SLOTS + slot);
    const userId = this.plan.userIds[position] ?? '';
    const follow: Follow = {
      userId,
      seq: this.seqOf(index, slot),
      createdAt: PAST + random.below(300 * DAY),
      addWay: random.pick(ADD_WAYS),
      operUserId: random.chance(0.5) ? person.id : userId,
    };
    if (random.chance(0.6)) follow.remark = `${person.name.slice(0, 8)}-${(index % 12) + 1}月`;
    if (random.chance(0.3)) follow.description = random.pick(DESCRIPTIONS);
    if (random.chance(0.25)) follow.mobiles = [`1380000${String(index % 10_000).padStart(4, '0')}`];
    if (follow.addWay === 1 || follow.addWay === 16) follow.state = random.pick(STATES);
    const tagIds = this.tagsOf(random);
    if (tagIds.length > 0) follow.tagIds = tagIds;
    if (random.chance(0.15)) follow.personalTags = [random.pick(PERSONAL_TAGS)];
    return follow;
  }

  /** From none to twice the average, one of each group in turn. */
  private tagsOf(random: Random): string[] {
    const twice = (2 * this.plan.tagsPerCustomer) / this.plan.relationsPerCustomer;
    const most = Math.floor(twice) + (random.chance(twice % 1) ? 1 : 0);
    const count = Math.min(TAGS_MAX, random.below(most + 1));
    const start = random.below(this.tagIds.length);
    const within = random.below(12);
    const chosen: string[] = [];
    for (let number = 0; number < count; number += 1) {
      const group = this.tagIds[(start + number) % this.tagIds.length] ?? [];
      const tagId = group[(within + Math.floor(number / this.tagIds.length)) % group.length];
      if (tagId !== undefined) chosen.push(tagId);
    }
    return chosen;
  }

  /** WeCom users of other corps (`wo`) have no union id. */
  private idsOf(index: number): { id: string; unionId?: string } {
    this.blocks.writeUInt32BE(index, 0);
    this.blocks.writeUInt32BE(index, BLOCK);
    const sealed = this.cipher.update(this.blocks);
    const id = this.idStart + sealed.toString('base64url', 0, BLOCK);
    if (Random.of(this.typeSalt, index).chance(PARTNER_SHARE)) return { id: `wo${id}` };
    return { id: `wm${id}`, unionId: `o${this.idStart.slice(0, 5)}${sealed.toString('base64url', BLOCK)}` };
  }
}

/** Followers of one customer stand this far apart; without a common divisor nobody comes twice. */
function strideFor(count: number): number {
  let stride = Math.max(1, Math.round(count * 0.618));
  while (gcd(stride, count) > 1) stride += 1;
  return stride;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
