import type {
  AppChange,
  AppForm,
  CallbackForm,
  CorpCredentials,
  SandboxControl,
  SandboxPeople,
} from '../sandbox.types.js';
import type { Place } from '../callbacks/places.js';
import type { CallbackSender } from '../callbacks/callback-sender.js';
import { verifyCallbackUrl } from '../callbacks/console-save.js';
import type { RestHost } from '../rest/endpoint.js';
import type { RestApi } from '../rest/rest-api.js';
import { seedApp } from '../world/seed-corp.js';
import type { Corp } from '../world/corp.js';
import { customerEvents } from './customer-events.js';
import { directoryEvents } from './directory-events.js';
import type { EventHost } from './event-host.js';
import { groupEvents } from './group-events.js';
import { tagEvents } from './tag-events.js';
import { burst, startTraffic } from './traffic.js';
import { summarise } from './world-summary.js';

interface ControlParts {
  rest: RestHost;
  api: RestApi;
  events: EventHost;
  sender: CallbackSender;
  url: () => string;
  /** Moves the sandbox's clock forward. */
  advance: (ms: number) => void;
  people: SandboxPeople;
}

export function buildControl(parts: ControlParts): SandboxControl {
  const { rest, api, events, sender, url, advance, people } = parts;
  const { world } = rest;
  let traffic: { stop(): void } | undefined;
  const control: SandboxControl = {
    world: () => summarise(world, url()),
    corp: (corpId) => credentials(world.get(corpId)),
    addCorp: (options = {}) => credentials(world.add(options)),
    addApp: (form = {}) => {
      const app = addApp(world.get(form.corpId), form);
      world.changed();
      return { agentId: app.agentId, secret: app.secret };
    },
    changeApp: (change) => {
      changeApp(world.get(change.corpId), change);
      world.changed();
    },
    saveCallback: (form) => saveCallback(rest, form),
    events: {
      ...customerEvents(events),
      ...tagEvents(events),
      ...groupEvents(events),
      ...directoryEvents(events),
      ...people,
      fireRaw: (o) => {
        const corp = world.get(o.corpId);
        sender.send(corp.corpId, placeOf(rest, corp, o), o.xml, o.envelope);
      },
    },
    switches: () => structuredClone(rest.switches),
    setSwitches: (change) => {
      for (const name of Object.keys(change))
        if (!(name in rest.switches)) throw new Error(`no such switch: ${name}`);
      return structuredClone(Object.assign(rest.switches, change));
    },
    invalidateTokens: (corpId) => rest.tokens.invalidate(corpId),
    invalidateCursors: () => rest.cursors.invalidate(),
    addFault: (fault) => {
      const { id } = api.faults.add(fault);
      return { id, remove: () => api.faults.remove(id) };
    },
    faults: () => api.faults.all(),
    clearFaults: () => api.faults.clear(),
    failNext: ({ path, errcode, times = 1 }) => void api.faults.add({ path, times, effect: { errcode } }),
    callCounts: () => ({ ...api.callCounts }),
    advanceClock: ({ ms }) => {
      if (!(ms >= 0)) throw new Error('the clock goes forward only');
      advance(ms);
      rest.agenda.run();
    },
    startCallbackOutage: (outage = {}) => sender.startOutage(outage),
    deliveries: () => sender.deliveries(),
    whenDelivered: () => sender.whenDelivered(),
    outbox: () => rest.outbox.all(),
    massSendTasks: () => rest.massSends.tasks(),
    burst: (options) => burst(world, control, options, events.nowS()),
    startTraffic: (options = {}) => {
      traffic?.stop();
      traffic = startTraffic(world, control, options);
      return traffic;
    },
  };
  return control;
}

function credentials(corp: Corp): CorpCredentials {
  const app = corp.app(undefined);
  return {
    corpId: corp.corpId,
    name: corp.state.name,
    agentId: app.agentId,
    appSecret: app.secret,
    assistantSecret: corp.app('assistant').secret,
  };
}

function addApp(corp: Corp, form: AppForm) {
  const agentId = Math.max(...corp.state.apps.map((app) => app.agentId)) + 1;
  const app = {
    ...seedApp(corp.state.seed, 'app', agentId, form.name ?? `应用 ${agentId}`),
    contactApi: form.contactApi ?? true,
  };
  corp.state.apps.push(app);
  return app;
}

function changeApp(corp: Corp, change: AppChange): void {
  const app = corp.app(change.app);
  app.enabled = change.enabled ?? app.enabled;
  app.contactApi = change.contactApi ?? app.contactApi;
  app.visibleDepartmentIds = change.visibleDepartmentIds ?? app.visibleDepartmentIds;
  app.visibleUserIds = change.visibleUserIds ?? app.visibleUserIds;
  app.secret = change.secret ?? app.secret;
  if (change.trustedIps !== undefined) app.trustedIps = change.trustedIps;
}

async function saveCallback(rest: RestHost, form: CallbackForm) {
  const corp = rest.world.get(form.corpId);
  const place = placeOf(rest, corp, form);
  const result = await verifyCallbackUrl(form, corp.corpId, rest.nowMs());
  if (result.saved) {
    place.callback = { url: form.url, token: form.token, encodingAesKey: form.encodingAesKey };
    rest.world.changed();
    rest.agenda.run();
  }
  return result;
}

function placeOf(rest: RestHost, corp: Corp, form: Partial<CallbackForm>): Place {
  switch (form.place) {
    case 'archive':
      return rest.places.archive(corp.corpId);
    case 'suite':
      if (!form.suiteId) throw new Error('a suite has a suiteId');
      return rest.places.suite(form.suiteId);
    default:
      return corp.app(form.place === 'assistant' ? 'assistant' : form.agentId);
  }
}
