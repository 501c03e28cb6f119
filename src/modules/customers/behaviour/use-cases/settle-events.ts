import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Events } from '../../../../platform/events/events.js';
import { behaviourRecorded, eventChanged } from '../../customers.events.js';
import { behaviourErrors } from '../behaviour.errors.js';
import {
  type EventDraft,
  type EventKey,
  isProblem,
  type ItemProblem,
  orderOf,
  problemOf,
} from '../domain/customer-event.js';
import { type ItemOutcome, refused, stored } from '../domain/item-outcome.js';
import { BehaviourStore, type EventRecord, type KnownEvent } from '../persistence/behaviour-store.js';
import { NamedCustomers } from './named-customers.js';

/** Ids in one event: what a reader takes at once. */
const IDS_MAX = 500;

/** The only item of its call with this key. What is found out about it is added while it is settled. */
export interface UnsettledItem {
  readonly key: EventKey;
  readonly hash: string;
  readonly draft: EventDraft | ItemProblem;
  known?: KnownEvent;
  customerId?: string | undefined;
  outcome?: ItemOutcome;
}

/** Finds out what is new, what is known and what has changed, and stores it. Inside an open unit of work. */
@Injectable()
export class SettleEvents {
  constructor(
    private readonly store: BehaviourStore,
    private readonly customers: NamedCustomers,
    private readonly events: Events,
    private readonly ids: Ids,
  ) {}

  /**
   * Most are new, and stored by one statement that also asks whether the customer is there. The others go in rounds:
   * what another call stores at the same moment is new in one round, and known in the next.
   */
  async settle(items: readonly UnsettledItem[], { create }: { create: boolean }): Promise<void> {
    const isOpen = ({ outcome }: UnsettledItem): boolean => outcome === undefined;
    for (const item of items) item.customerId = customerIdIn(item.draft);
    await this.nameCustomers(items, false);
    await this.storeNew(items.filter(({ customerId }) => customerId !== undefined));
    for (let open = items.filter(isOpen); open.length > 0; open = open.filter(isOpen)) {
      for (const item of open) item.customerId = undefined;
      await this.answerRepeated(open);
      await this.nameCustomers(open.filter(isOpen), create);
      refuseUnnamed(open.filter(isOpen));
      const ready = open.filter(isOpen);
      await this.storeNew(ready.filter(({ known }) => !known));
      await this.storeChanged(ready.filter(({ known }) => known));
    }
  }

  /** A body that any revision had is a repetition: a queue may deliver an old one late, and it must not undo the new. */
  private async answerRepeated(items: readonly UnsettledItem[]): Promise<void> {
    const found = await this.store.find(items.map(({ key }) => key));
    const known = new Map(found.map((event) => [`${event.source}\0${event.externalId}`, event]));
    const others: { item: UnsettledItem; id: string; hash: string }[] = [];
    for (const item of items) {
      const event = known.get(`${item.key.source}\0${item.key.externalId}`);
      if (!event) continue;
      item.known = event;
      if (event.hash === item.hash) item.outcome = stored(event, true);
      else others.push({ item, id: event.id, hash: item.hash });
    }
    const earlier = new Map((await this.store.findEarlier(others)).map((one) => [one.id, one]));
    for (const { item, id } of others) {
      const revision = earlier.get(id);
      if (revision) item.outcome = stored(revision, true);
    }
  }

  private async nameCustomers(items: readonly UnsettledItem[], create: boolean): Promise<void> {
    const asked = items.flatMap((item) => {
      const { draft, key, customerId } = item;
      return isProblem(draft) || customerId ? [] : [{ item, customer: draft.customer, source: key.source }];
    });
    if (asked.length === 0) return;
    const found = await this.customers.resolve(asked, { create });
    for (const [at, { item }] of asked.entries()) {
      const id = found[at];
      if (id) item.customerId = id;
    }
  }

  private async storeNew(items: readonly UnsettledItem[]): Promise<void> {
    const written = items.map((item) => ({ item, record: this.recordOf(item) }));
    const ids = await this.store.insert(written.map(({ record }) => record));
    const fresh = written.filter(({ record }) => ids.has(record.id));
    for (const { item, record } of fresh) item.outcome = stored({ ...record, revision: 1 }, false);
    for (let start = 0; start < fresh.length; start += IDS_MAX) {
      const records = fresh.slice(start, start + IDS_MAX).map(({ record }) => record);
      const times = records.map(({ at }) => at.getTime());
      await this.events.append(behaviourRecorded, {
        eventIds: records.map(({ id }) => id),
        from: new Date(Math.min(...times)).toISOString(),
        to: new Date(Math.max(...times)).toISOString(),
      });
    }
  }

  private async storeChanged(items: readonly UnsettledItem[]): Promise<void> {
    const changes = items.flatMap((item) =>
      item.known ? [{ item, record: { ...this.recordOf(item), known: item.known } }] : [],
    );
    const ids = await this.store.change(changes.map(({ record }) => record));
    for (const { item, record } of changes.filter((one) => ids.has(one.record.id))) {
      const { id, customerId, known } = record;
      const revision = known.revision + 1;
      item.outcome = stored({ id, revision, customerId }, false);
      await this.events.append(eventChanged, {
        eventId: id,
        revision,
        customerId,
        previousCustomerId: known.customerId,
      });
    }
  }

  private recordOf({ key, hash, draft, known, customerId }: UnsettledItem): EventRecord {
    if (isProblem(draft) || !customerId) throw new Error('only an event with a customer is stored');
    const { source, externalId } = key;
    const { type, at, data } = draft;
    const id = known?.id ?? this.ids.next();
    return { id, source, externalId, customerId, hash, type, at, data, ...orderOf(draft) };
  }
}

function customerIdIn(draft: EventDraft | ItemProblem): string | undefined {
  return !isProblem(draft) && 'customerId' in draft.customer ? draft.customer.customerId : undefined;
}

/** After the repetitions: one of an event whose customer is gone, or whose type was switched off, is still one. */
function refuseUnnamed(items: readonly UnsettledItem[]): void {
  for (const item of items) {
    const { draft, customerId } = item;
    if (isProblem(draft)) item.outcome = refused(draft);
    else if (!customerId) {
      const field = 'customerId' in draft.customer ? '/customerId' : '/identifier';
      item.outcome = refused(problemOf(behaviourErrors.event_customer_unknown, field));
    }
  }
}
