import { randomUUID } from 'node:crypto';
import { DeliveryModule } from '../../../src/modules/coupons/delivery/delivery.module.js';
import { FollowOutcomes } from '../../../src/modules/coupons/delivery/use-cases/follow-outcomes.js';
import { CUSTOMERS_SYNC } from '../../../src/modules/customers/contacts/use-cases/customers-sync.js';
import { CustomersModule } from '../../../src/modules/customers/index.js';
import { StaffModule } from '../../../src/modules/staff/index.js';
import { WelcomeCouponsModule } from '../../../src/modules/coupons/delivery/welcome-coupons.module.js';
import { WelcomeModule } from '../../../src/modules/welcome/index.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import type { MassSendTaskSummary } from '../../../src/sandbox/sandbox.types.js';
import { ContactsGateway } from '../../../src/wecom/index.js';
import { BATCH, batchParams } from './batch-sql.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';

export interface Friend {
  externalUserId: string;
  /** Ours. */
  id: string;
}

/** As many as were asked for: so that a test can name them. */
export type Friends = [Friend, Friend, Friend, Friend, Friend, Friend, Friend, ...Friend[]];

export type Answer = { status: number; body: any };

/** Holders of coupons whom staff follow, in a sandbox. */
export interface DeliveryWorld extends MirrorWorld {
  staff: string[];
  call(method: 'GET' | 'POST', url: string, payload?: object): Promise<Answer>;
  /** New customers of this member whom we hold. */
  /** As the database's owner. */
  own<T extends object>(sql: string, params: unknown[]): Promise<T[]>;
  befriend(count: number, userId: string): Promise<Friends>;
  deliverEvents(): Promise<void>;
  /** A running batch, with a coupon for each of them. @returns its uuid */
  batchFor(customerIds: readonly string[]): Promise<string>;
  /** The public id of the announcement. */
  announce(batchId: string, body?: object): Promise<string>;
  /** What a worker does until nothing is due at once. */
  work(): Promise<void>;
  /** Every member confirms every task that he has. */
  confirmAll(): void;
  /** What the schedule does. */
  follow(): Promise<void>;
  /** state, or the rule, by our customer. */
  outcomes(announcement: string): Promise<Record<string, string>>;
  pass(seconds: number): void;
  /** What WeCom made of our calls, and what members made themselves. */
  tasks(): MassSendTaskSummary[];
}

export async function startDeliveryWorld(): Promise<DeliveryWorld> {
  const world = await startMirrorWorld({
    modules: [StaffModule, CustomersModule, DeliveryModule, WelcomeModule, WelcomeCouponsModule],
    seed: 'delivery',
    size: { staff: 4, customers: 4, groupChats: 0 },
  });
  const { http, corpId, sandbox, clock } = world;
  http.clock.set(new Date(clock.seconds * 1000));
  for (const kind of ['staff.sync', CUSTOMERS_SYNC]) await world.sync(kind);
  const staff = await http.get(ContactsGateway).listFollowUserIds(corpId);
  const key = await http.corpKey(corpId, [
    'coupons:read',
    'coupons:write',
    'customers:read',
    'customers:approve',
    'welcome:write',
  ]);
  sandbox.control.setSwitches({ massSendRule: 'day' });
  world.newEvents();
  const own = async <T extends object>(sql: string, params: unknown[]) => {
    await http.sql(`SELECT set_config('app.corp_id', $1, false)`, [corpId]);
    return http.sql<T>(sql, params);
  };
  const deliverEvents = async () => {
    for (const event of world.newEvents()) await world.deliver(event);
  };
  const call: DeliveryWorld['call'] = async (method, url, payload) => {
    const response = await http.call(key, { method, url, payload });
    return { status: response.statusCode, body: response.json<any>() };
  };
  return {
    ...world,
    staff,
    own,
    call,
    deliverEvents,
    befriend: async (count, userId) => {
      const made = Array.from({ length: count }, () =>
        sandbox.control.events.addCustomer({ userId, welcome: false }),
      );
      await deliverEvents();
      const friends: Friend[] = [];
      for (const { externalUserId } of made) {
        const { body } = await call('GET', `/v1/customers?externalUserId=${externalUserId}`);
        friends.push({ externalUserId, id: parsePublicId('cus', body.items[0].id) ?? '' });
      }
      // reason for the cast: see the type
      return friends as Friends;
    },
    batchFor: async (customerIds) => {
      const batch = randomUUID();
      await own(BATCH, batchParams(corpId, batch, { stock: 1_000, perPerson: 2 }));
      await own(
        `INSERT INTO coupons.coupons (corp_id, id, batch_id, customer_id, holder_id, seq, seq_limit, state, code_hash,
                code_cipher, issue_key, source, valid_from, valid_until, issued_at, state_at)
         SELECT $1, gen_random_uuid(), $2, c.id, c.id, 1, 2, 'claimed', decode(md5(random()::text), 'hex'), '',
                gen_random_uuid()::text, 'issue', now(), now() + interval '30 days', now(), now()
           FROM unnest($3::uuid[]) AS c(id)`,
        [corpId, batch, customerIds],
      );
      return batch;
    },
    announce: async (batchId, body = {}) => {
      const url = `/v1/coupons/batches/${toPublicId('cpb', batchId)}/announcements`;
      const answer = await call('POST', url, { text: '您有一张券', ...body });
      if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
      return answer.body.id as string;
    },
    work: async () => {
      for (let runs = 0; runs < 6; runs++) if ((await world.runJobs('coupons.announce')) === 0) return;
    },
    tasks: () => sandbox.control.massSendTasks(),
    confirmAll: () => {
      const open = sandbox.control.massSendTasks().filter((task) => !task.confirmed && !task.cancelled);
      for (const { msgId, userId } of open) sandbox.control.events.confirmMassSend({ msgId, userId });
    },
    follow: () => http.get(FollowOutcomes).follow(corpId, new AbortController().signal),
    outcomes: async (announcement) => {
      const { body } = await call('GET', `/v1/coupons/announcements/${announcement}/recipients?limit=200`);
      return Object.fromEntries(
        body.items.map((item: any) => [parsePublicId('cus', item.customerId), item.rule ?? item.state]),
      );
    },
    pass: (seconds) => {
      clock.seconds += seconds;
      http.clock.advance(seconds * 1000);
    },
  };
}
