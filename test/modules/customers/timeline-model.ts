import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import {
  behaviourRecorded,
  blacklistLifted,
  corpTagsChanged,
  customerBlacklisted,
  customersLost,
  customersMerged,
  customersUnmerged,
  eventChanged,
  relationEnded,
  relationStarted,
  stageChanged,
} from '../../../src/modules/customers/customers.events.js';
import { groupChatMembersChanged } from '../../../src/modules/group-chats/group-chats.events.js';
import { welcomeEnded } from '../../../src/modules/welcome/welcome.events.js';
import type { EventDefinition } from '../../../src/platform/events/event.js';

/** What a reader must see, without the ids that only the database knows. */
export interface Seen {
  customer: number;
  type: string;
  at: number;
}

export interface ToldEvent {
  definition: EventDefinition<unknown>;
  id: string;
  at: Date;
  payload: unknown;
}

/** Something that happens, by the numbers of customers and points in time. */
export interface Happening {
  kind: (typeof KINDS)[number];
  who: number;
  other: number;
  minute: number;
  later: number;
}

const KINDS = [
  'started',
  'ended',
  'lost',
  'tags',
  'stage',
  'black',
  'merged',
  'unmerged',
  'welcome',
  'joined',
  'left',
  'did',
  'corrected',
] as const;
export const CUSTOMERS = 4;
/** Nobody's customer. */
const STRANGER = CUSTOMERS;
const MONTHS_MS = 90 * 86_400_000;

export const happenings = fc.array(
  fc.record({
    // corrections, the hardest, are only met where there is something to correct
    kind: fc.constantFrom<Happening['kind']>(
      ...KINDS,
      'did',
      'did',
      'did',
      'corrected',
      'corrected',
      'corrected',
    ),
    who: fc.integer({ min: 0, max: CUSTOMERS - 1 }),
    other: fc.integer({ min: 0, max: STRANGER }),
    minute: fc.integer({ min: 0, max: MONTHS_MS / 60_000 }),
    later: fc.integer({ min: 0, max: 100_000 }),
  }),
  { minLength: 4, maxLength: 24 },
);

/** Somebody as the tables know them. */
export interface Person {
  id: string;
  externalUserId: string;
}

interface Did {
  id: string;
  who: number;
  at: number;
}

/** The world as a reader should see it, made of what happened alone: it knows nothing of order, repetition or tables. */
export class TimelineModel {
  readonly seen: Seen[] = [];
  readonly did: Did[] = [];

  constructor(
    private readonly people: readonly Person[],
    private readonly startMs: number,
  ) {}

  /** @returns the event that tells it; behaviour lies in a table, too. */
  happen({ kind, who, other, minute, later }: Happening): ToldEvent {
    const at = this.startMs + minute * 60_000;
    const noticedAt = at + later;
    const customerId = this.idOf(who);
    const relation = { customerId, relationId: randomUUID(), staffUserId: 'chen.yu' };
    const iso = new Date(at).toISOString();
    const tell = <P>(
      definition: EventDefinition<P>,
      payload: P,
      seen: [number, string, number][],
    ): ToldEvent => {
      for (const [customer, type, time] of seen) this.seen.push({ customer, type, at: time });
      return { definition, id: randomUUID(), at: new Date(noticedAt), payload };
    };
    const both = [...new Set([who, other % CUSTOMERS])].sort();
    const person = { personId: this.idOf(both[0] ?? 0), customerIds: both.map((one) => this.idOf(one)) };
    switch (kind) {
      case 'started':
        return tell(relationStarted, { ...relation, addWay: 1, startedAt: iso }, [
          [who, 'customers.relation_started', at],
        ]);
      case 'ended':
        return tell(relationEnded, { ...relation, endedBy: 'unknown' }, [
          [who, 'customers.relation_ended', noticedAt],
        ]);
      case 'lost':
        return tell(customersLost, { customerIds: [customerId] }, [[who, 'customers.lost', noticedAt]]);
      case 'merged':
        return tell(customersMerged, person, [[both[0] ?? 0, 'customers.merged', noticedAt]]);
      case 'unmerged': // each of them alone from now on
        return tell(
          customersUnmerged,
          { ...person, parts: person.customerIds },
          both.map((one) => [one, 'customers.unmerged', noticedAt]),
        );
      case 'tags': {
        const change = { customerId, relationId: relation.relationId };
        const changes = [
          { ...change, wecomTagId: 'a', isPut: true },
          { ...change, wecomTagId: 'b', isPut: true },
          { ...change, wecomTagId: 'c', isPut: false },
        ];
        return tell(corpTagsChanged, { changes }, [
          [who, 'customers.tag_put', noticedAt],
          [who, 'customers.tag_put', noticedAt],
          [who, 'customers.tag_taken', noticedAt],
        ]);
      }
      case 'stage':
        return tell(
          stageChanged,
          { changes: [{ customerId, from: null, to: { stage: 'won', reason: null } }] },
          [[who, 'customers.stage_changed', noticedAt]],
        );
      case 'black': {
        const lifted = later % 2 === 1;
        return tell(lifted ? blacklistLifted : customerBlacklisted, { customerId, entryId: randomUUID() }, [
          [who, lifted ? 'customers.blacklist_lifted' : 'customers.blacklisted', noticedAt],
        ]);
      }
      case 'welcome': {
        const state = later % 2 === 1 ? 'sent' : 'refused';
        const type = state === 'sent' ? 'welcome.greeted' : 'welcome.greeting_failed';
        const message = {
          messageId: randomUUID(),
          welcomeCode: randomUUID(),
          staffUserId: 'chen.yu',
          externalUserId: this.externalOf(other),
          state,
        } as const;
        return tell(
          welcomeEnded,
          { ...message, endedAt: iso },
          other === STRANGER ? [] : [[other, type, at]],
        );
      }
      case 'joined':
      case 'left': {
        const change = {
          externalUserId: this.externalOf(other),
          joined: kind === 'joined',
          at: iso,
          joinScene: 1,
        };
        return tell(
          groupChatMembersChanged,
          { groupChatId: randomUUID(), changes: [change] },
          other === STRANGER ? [] : [[other, `group-chats.${kind}`, at]],
        );
      }
      case 'did':
        return this.act({ id: randomUUID(), who, at }, noticedAt);
      case 'corrected':
        return this.correct(who, at, later) ?? this.act({ id: randomUUID(), who, at }, noticedAt);
    }
  }

  /** Everything, the newest first. */
  expected(customers: ReadonlySet<number>): Seen[] {
    const acts = this.did.map(({ who, at }) => ({ customer: who, type: 'customers.behaviour', at }));
    return [...this.seen, ...acts].filter(({ customer }) => customers.has(customer)).sort(newestFirst);
  }

  private act(did: Did, noticedAt: number): ToldEvent {
    this.did.push(did);
    const iso = new Date(did.at).toISOString();
    const payload = { eventIds: [did.id], from: iso, to: iso };
    return { definition: behaviourRecorded, id: randomUUID(), at: new Date(noticedAt), payload };
  }

  private correct(who: number, at: number, which: number): ToldEvent | undefined {
    const did = this.did[which % Math.max(1, this.did.length)];
    if (!did) return undefined;
    const payload = {
      eventId: did.id,
      revision: 2,
      customerId: this.idOf(who),
      previousCustomerId: this.idOf(did.who),
    };
    did.who = who;
    did.at = at;
    return { definition: eventChanged, id: randomUUID(), at: new Date(at), payload };
  }

  private idOf(number: number): string {
    return this.people[number]?.id ?? '';
  }

  private externalOf(number: number): string {
    return this.people[number]?.externalUserId ?? 'wm-stranger';
  }
}

export function newestFirst(a: Seen, b: Seen): number {
  return b.at - a.at || (`${a.customer} ${a.type}` < `${b.customer} ${b.type}` ? -1 : 1);
}
