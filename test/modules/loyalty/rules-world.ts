import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import {
  behaviourRecorded,
  customersErased,
  customersLost,
  eventChanged,
  relationStarted,
} from '../../../src/modules/customers/customers.events.js';
import { checkedIn } from '../../../src/modules/loyalty/loyalty.events.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import type { EventDefinition } from '../../../src/platform/events/event.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

/** By the clock of the tests. */
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** What is told of a customer. */
export interface Told {
  customerId: string;
  type: string;
  data: Record<string, unknown>;
  at?: Date;
  externalId?: string;
}

export interface RulesWorld extends LedgerWorld {
  now(): Date;
  /** Makes a rule and puts it in force. @returns its public id */
  rule(content: object, name?: string): Promise<string>;
  /** Sends events to customers and tells nobody. @returns what would be told */
  record(...events: Told[]): Promise<string[]>;
  /** Tells of events that were recorded; again and again, if a test wants it. */
  tell(eventIds: readonly string[]): Promise<void>;
  tellChanged(eventId: string): Promise<void>;
  startRelation(customerId: string, relation: { state?: string; startedAt?: Date }): Promise<string>;
  lose(customerId: string, at?: Date): Promise<void>;
  checkIn(customerId: string, programId: string): Promise<string>;
  erase(customerId: string): Promise<void>;
  /** Of the wallet, less what is owed. */
  net(customerId: string, wallet?: string): Promise<number>;
  explain(eventId: string): Promise<any[]>;
}

export async function startRulesWorld(): Promise<RulesWorld> {
  const world = await startLedgerWorld();
  const apply = async (
    definition: EventDefinition<any>,
    payload: unknown,
    id = randomUUID(),
  ): Promise<string> => {
    for (const { consumer } of world.http.get(EventConsumers).of(definition)) {
      if (!consumer.name.startsWith('loyalty.') || !('apply' in consumer)) continue;
      const { name, version } = definition;
      const event = { id, corpId: world.corpId, name, version, at: world.http.clock.now(), payload };
      await world.run(() => consumer.apply(event, undefined));
    }
    return id;
  };
  const now = (): Date => world.http.clock.now();
  const all = { from: '2000-01-01T00:00:00Z', to: '2199-01-01T00:00:00Z' };
  return {
    ...world,
    now,
    rule: async (content, name = 'rule') => {
      const made = await world.call('POST', '/v1/loyalty/rules', { name, ...content });
      expect([made.status, made.body]).toEqual([201, expect.anything()]);
      const active = await world.call('POST', `/v1/loyalty/rules/${made.body.id}/activate`, {});
      expect(active).toMatchObject({ status: 200, body: { state: 'in_force' } });
      return made.body.id;
    },
    record: async (...events) => {
      const ids: string[] = [];
      for (let start = 0; start < events.length; start += 1_000) {
        const sent = events
          .slice(start, start + 1_000)
          .map(({ customerId, at = now(), externalId, ...rest }) => ({
            ...rest,
            source: 'shop',
            externalId: externalId ?? randomUUID(),
            at: at.toISOString(),
            customerId: toPublicId('cus', customerId),
          }));
        const { status, body } = await world.call('POST', '/v1/customer-events', { events: sent });
        expect([status, body.results.find((one: any) => one.status === 'refused')]).toEqual([200, undefined]);
        ids.push(...body.results.map(({ id }: any) => parsePublicId('cev', id) ?? ''));
      }
      return ids;
    },
    tell: async (eventIds) => {
      for (let start = 0; start < eventIds.length; start += 500)
        await apply(behaviourRecorded, { eventIds: eventIds.slice(start, start + 500), ...all });
    },
    tellChanged: async (eventId) => {
      await apply(eventChanged, { eventId, revision: 2, customerId: '', previousCustomerId: '' });
    },
    startRelation: (customerId, { startedAt = now(), state }) =>
      apply(relationStarted, {
        customerId,
        relationId: randomUUID(),
        staffUserId: 'chen.yu',
        addWay: 1,
        ...(state !== undefined && { state }),
        startedAt: startedAt.toISOString(),
      }),
    lose: async (customerId, at = now()) => {
      await world.sql(
        `UPDATE customers.follow_relations SET disappeared_at = $3, ended_at = $3 WHERE corp_id = $1 AND customer_id = $2`,
        [world.corpId, customerId, at],
      );
      await apply(customersLost, { customerIds: [customerId] });
    },
    checkIn: (customerId, programId) =>
      apply(checkedIn, { programId, memberId: randomUUID(), customerId, day: '2026-11-22', streak: 3 }),
    erase: async (customerId) => void (await apply(customersErased, { customerIds: [customerId] })),
    net: async (customerId, wallet) => {
      const account = await world.account(customerId, wallet);
      return account ? account.posted - account.debt : 0;
    },
    explain: async (eventId) => {
      const { status, body } = await world.call('GET', `/v1/loyalty/rules/explain?eventId=${eventId}`);
      expect(status).toBe(200);
      return body.rules;
    },
  };
}
