import type { SandboxControl } from '../sandbox.types.js';

type Body = Record<string, unknown>;
type Route = (control: SandboxControl, body: Body) => unknown;

/**
 * The control interface over HTTP. Bodies are handed on as they are: a wrong one ends in an error text with
 * status 400, which is enough for a tool of developers on their own machine.
 */
const ROUTES: Record<string, Route> = {
  'GET /control/world': (control) => control.world(),
  'GET /control/corps': (control) => control.world().corps.map(({ corpId }) => control.corp(corpId)),
  'GET /control/deliveries': (control) => control.deliveries(),
  'GET /control/outbox': (control) => control.outbox(),
  'GET /control/mass-sends': (control) => control.massSendTasks(),
  'GET /control/calls': (control) => control.callCounts(),
  'GET /control/switches': (control) => control.switches(),
  'POST /control/corps': (control, body) => control.addCorp(given(body)),
  'POST /control/apps': (control, body) => control.addApp(given(body)),
  'POST /control/console/app': (control, body) => control.changeApp(given(body)),
  'POST /control/console/callback': (control, body) => control.saveCallback(given(body)),
  'POST /control/events': (control, body) => fire(control, body),
  'POST /control/switches': (control, body) => control.setSwitches(body),
  'POST /control/tokens/invalidate': (control, body) =>
    control.invalidateTokens(given<{ corpId?: string }>(body).corpId),
  'POST /control/cursors/invalidate': (control) => control.invalidateCursors(),
  'POST /control/clock': (control, body) => control.advanceClock(given(body)),
  'POST /control/outage': (control, body) => control.startCallbackOutage(body),
  'POST /control/burst': (control, body) => control.burst(given(body)),
  'POST /control/traffic': (control, body) => {
    control.startTraffic(body);
  },
  'GET /control/faults': (control) => control.faults(),
  'POST /control/faults': (control, body) => control.addFault(given(body)),
  'POST /control/faults/clear': (control) => control.clearFaults(),
};

/** What a developer sent, taken at its word. */
function given<T>(body: object): T {
  return body as T; // reason: a wrong one ends in an error text, see above
}

export async function answerControl(
  control: SandboxControl,
  method: string,
  path: string,
  body: Buffer,
): Promise<{ status: number; json: unknown }> {
  const route = ROUTES[`${method} ${path}`];
  if (!route)
    return { status: 404, json: { error: 'no such control endpoint', endpoints: Object.keys(ROUTES) } };
  try {
    const parsed: unknown = body.length > 0 ? JSON.parse(body.toString('utf8')) : {};
    if (typeof parsed !== 'object' || parsed === null) throw new Error('the body must be a JSON object');
    const result = await route(control, given(parsed));
    // A console that does not save says why, with a status that scripts notice.
    const refused =
      typeof result === 'object' && result !== null && 'saved' in result && result.saved === false;
    return { status: refused ? 422 : 200, json: result ?? {} };
  } catch (error) {
    return { status: 400, json: { error: error instanceof Error ? error.message : 'refused' } };
  }
}

function fire(control: SandboxControl, body: Body): unknown {
  const { type, ...rest } = body;
  const events = given<Record<string, (o: Body) => unknown>>(control.events);
  const names = Object.keys(events);
  if (typeof type !== 'string' || !names.includes(type))
    throw new Error(`type must be one of ${names.join(', ')}`);
  return events[type]?.(rest);
}
