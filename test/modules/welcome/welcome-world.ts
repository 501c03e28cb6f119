import { WelcomeModule } from '../../../src/modules/welcome/index.js';
import { StaffModule } from '../../../src/modules/staff/index.js';
import type { WelcomeDue } from '../../../src/wecom/wecom.events.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';

/** A corp with staff, whose new friends are greeted when the test says so. */
export interface WelcomeWorld {
  world: MirrorWorld;
  key: string;
  userIds: string[];
  call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: object,
    as?: string,
  ): Promise<Answer>;
  /** A new friend of this member, and the event that says so. */
  befriend(userId: string, options?: { name?: string; half?: boolean }): Arrival;
  greet(arrival: Arrival): Promise<void>;
  /** What the new friend got. */
  received(externalUserId: string): { text?: { content: string }; attachments?: object[] }[];
  message(externalUserId: string): Promise<Record<string, unknown>>;
  /** Both clocks. */
  advance(seconds: number): void;
}

export interface Answer {
  status: number;
  body: any;
}

export interface Arrival {
  externalUserId: string;
  welcomeCode: string;
  event: { definition: never; payload: WelcomeDue };
}

export async function startWelcomeWorld(seed: string): Promise<WelcomeWorld> {
  const world = await startMirrorWorld({
    modules: [StaffModule, WelcomeModule],
    seed,
    size: { staff: 12, customers: 12, groupChats: 0 },
  });
  world.http.clock.set(new Date(world.clock.seconds * 1000));
  await world.sync('staff.sync');
  world.newEvents();
  const key = await world.http.corpKey(world.corpId, ['welcome:read', 'welcome:write']);
  const { staff = [] } = world.sandbox.control.world().corps[0] ?? {};
  return {
    world,
    key,
    userIds: staff.map(({ userId }) => userId),
    call: async (method, url, payload, as = key) => {
      const response = await world.http.call(as, { method, url, payload });
      return { status: response.statusCode, body: response.body === '' ? undefined : response.json<any>() };
    },
    befriend: (userId, options = {}) => {
      const { externalUserId } = world.sandbox.control.events.addCustomer({ userId, ...options });
      const event = world
        .newEvents()
        .find(({ definition }) => definition.name === 'wecom.welcome_due') as Arrival['event'];
      return { externalUserId, welcomeCode: event.payload.welcomeCode, event };
    },
    greet: ({ event }) => world.deliver(event),
    received: (externalUserId) =>
      world.sandbox.control
        .outbox()
        .filter(({ kind, to }) => kind === 'welcome' && to.includes(externalUserId))
        .map(({ body }) => body as object),
    message: async (externalUserId) =>
      (
        await world.query<Record<string, unknown>>(
          'SELECT * FROM welcome.messages WHERE corp_id = $1 AND external_user_id = $2',
          [world.corpId, externalUserId],
        )
      )[0] ?? {},
    advance: (seconds) => {
      world.clock.seconds += seconds;
      world.http.clock.advance(seconds * 1000);
    },
  };
}
