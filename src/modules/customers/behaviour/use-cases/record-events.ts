import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { retentionStart } from '../../../../platform/partitions/retention-start.js';
import { behaviourErrors } from '../behaviour.errors.js';
import { canonicalJson } from '../domain/canonical-json.js';
import { checkItem, type EventDraft, type EventKey, problemOf } from '../domain/customer-event.js';
import { type ItemOutcome, refused } from '../domain/item-outcome.js';
import { BodyHashes } from '../persistence/body-hashes.js';
import { EventTypes } from '../queries/event-types.js';
import { SettleEvents, type UnsettledItem } from './settle-events.js';

/** Months of events that are kept, as the migration says. */
export const EVENTS_KEPT_MONTHS = 36;
const DAY_MS = 86_400_000;

/** Records what customers did elsewhere, each event once however often it is sent. Inside an open unit of work. */
@Injectable()
export class RecordEvents {
  constructor(
    private readonly types: EventTypes,
    private readonly hashes: BodyHashes,
    private readonly settling: SettleEvents,
    private readonly clock: Clock,
  ) {}

  /** @param sent at most 1,000 items as they came. @returns an outcome for each, in the same order. */
  async record(sent: readonly unknown[], { create }: { create: boolean }): Promise<ItemOutcome[]> {
    const now = this.clock.now();
    const rules = {
      types: await this.types.byKey(),
      from: retentionStart(now, EVENTS_KEPT_MONTHS),
      to: new Date(now.getTime() + DAY_MS),
    };
    const hashOf = await this.hashes.ofThisCorp();
    const items = new Map<string, UnsettledItem>();
    const answers = sent.map((raw): UnsettledItem | ItemOutcome => {
      const { key, draft } = checkItem(raw, rules);
      if (!key) return refused(draft);
      const item: UnsettledItem = { key, hash: hashOf(canonicalJson(raw)), draft };
      const first = items.get(textOf(key)) ?? item;
      if (first.hash !== item.hash) return refused(problemOf(behaviourErrors.event_repeated_in_call));
      items.set(textOf(key), first);
      return first;
    });
    await this.settling.settle([...items.values()], { create });
    return answers.map((answer) => ('key' in answer ? outcomeOf(answer) : answer));
  }

  /** Events that this service itself noticed. */
  async recordOwn(events: readonly { key: EventKey; draft: EventDraft }[]): Promise<void> {
    const hashOf = await this.hashes.ofThisCorp();
    const items = events.map((event) => ({ ...event, hash: hashOf(canonicalJson(event.key)) }));
    await this.settling.settle(items, { create: false });
  }
}

function textOf({ source, externalId }: EventKey): string {
  return `${source}\0${externalId}`;
}

function outcomeOf({ outcome }: UnsettledItem): ItemOutcome {
  if (!outcome) throw new Error('an item was left unsettled');
  return outcome;
}
