import type { AddressInfo } from 'node:net';
import { Agenda } from './agenda.js';
import { CallbackSender } from './callbacks/callback-sender.js';
import { EventRouter } from './callbacks/event-router.js';
import { Places } from './callbacks/places.js';
import { sendDueTickets } from './callbacks/suite-tickets.js';
import { buildControl } from './control/control.js';
import { buildPeople } from './control/people.js';
import { DEFAULT_SWITCHES } from './default-switches.js';
import { createHttpServer } from './http-in.js';
import { KfDesk } from './kf/kf-desk.js';
import { MassSendBook } from './mass-sends/mass-send-book.js';
import { MomentBook } from './moments/moment-book.js';
import { Cursors } from './rest/cursors.js';
import type { RestHost } from './rest/endpoint.js';
import { ENDPOINTS } from './rest/endpoint-table.js';
import { GroupLag } from './rest/group-lag.js';
import { MediaShelf } from './rest/media-shelf.js';
import { Outbox } from './rest/outbox.js';
import { RestApi } from './rest/rest-api.js';
import { Robots } from './rest/robots.js';
import { Tokens } from './rest/tokens.js';
import { WelcomeCodes } from './rest/welcome-codes.js';
import type { Sandbox, SandboxOptions, SandboxSwitches } from './sandbox.types.js';
import { TransferBook } from './transfers/transfer-book.js';
import { World } from './world/world.js';

export type * from './sandbox.types.js';

/** Method and path of everything the sandbox answers; a contract test compares it with the client's list. */
export const sandboxEndpoints: readonly { method: 'GET' | 'POST'; path: string }[] = ENDPOINTS.map(
  ({ method, path }) => ({ method, path }),
);

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/**
 * Starts a WeCom server on a loopback address.
 * @throws when `host` is any other address, when the port is taken, or when the world file is of another version.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  if (!LOOPBACK.includes(host)) {
    throw new Error(
      `the sandbox listens on loopback addresses only, not on ${host} / 沙箱只允许监听本机回环地址`,
    );
  }
  const clock = options.clock ?? Date.now;
  let aheadMs = 0;
  const nowMs = () => clock() + aheadMs;
  const switches: SandboxSwitches = { ...structuredClone(DEFAULT_SWITCHES), ...options.switches };
  const world = new World(options.worldFile, options.seed, options.size);
  const rest = buildRest(world, switches, nowMs);
  const api = new RestApi(rest);
  const sender = new CallbackSender(switches, nowMs, world.get().state.seed);
  let url = '';
  const events = buildEvents(rest, sender);
  rest.agenda.add(() => sendDueTickets(rest.places, sender, events.nowS()));
  const advance = (ms: number) => (aheadMs += ms);
  const control = buildControl({
    rest,
    api,
    sender,
    events,
    url: () => url,
    advance,
    people: buildPeople(events, rest.agenda),
  });
  const server = createHttpServer(api, () => control);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  // reason for the cast: listening on a port always yields an address object
  const { address, port, family } = server.address() as AddressInfo;
  url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  // Only now: a start that found its port taken must not leave a world file behind.
  world.save();
  const closeAll = async () => {
    control.startTraffic({ eventsPerMinute: 0 });
    rest.agenda.close();
    await sender.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    world.save();
  };
  let closing: Promise<void> | undefined;
  return {
    url,
    control,
    // Once: a second save could overwrite what a later sandbox has written to the same file.
    close: () => (closing ??= closeAll()),
  };
}

function buildRest(world: World, switches: SandboxSwitches, nowMs: () => number): RestHost {
  return {
    world,
    switches,
    nowMs,
    tokens: new Tokens(world, switches, nowMs),
    cursors: new Cursors(world.get().state.seed),
    groupLag: new GroupLag(nowMs, () => switches.groupLagMs),
    welcomeCodes: new WelcomeCodes(nowMs, () => switches.welcomeLifeMs),
    media: new MediaShelf(nowMs),
    outbox: new Outbox(),
    robots: new Robots(nowMs),
    transfers: new TransferBook(),
    kf: new KfDesk(),
    moments: new MomentBook(nowMs, switches),
    massSends: new MassSendBook(() => switches.massSendRule),
    agenda: new Agenda(),
    places: new Places(),
  };
}

function buildEvents(rest: RestHost, sender: CallbackSender) {
  const { world, switches, nowMs } = rest;
  const router = new EventRouter(world, sender, () => switches.envelope, nowMs);
  return { ...rest, router, nowS: () => Math.floor(nowMs() / 1000) };
}
