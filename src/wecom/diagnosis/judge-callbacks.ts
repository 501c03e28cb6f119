import type { AppKind } from '../connections/app.types.js';
import type { Texts } from './advice.js';
import type { SightingKind } from './callback-sighting.row.js';
import type { Area, Finding, FindingState } from './finding.js';
import { named, nextSteps, texts } from './finding-texts.js';

/** Longer than a public holiday is quiet; a corp with customers has events every day. */
const QUIET_MS = 9 * 86_400_000;

/** One callback place: the URL of one app. */
export interface Place {
  readonly appId: string;
  readonly kind: AppKind;
  readonly callbackPath: string;
  /** Whether a Token and an EncodingAESKey are stored. */
  readonly hasCredentials: boolean;
  readonly seen: Readonly<Partial<Record<SightingKind, Date>>>;
}

/** What has to be ticked or entered where no verification or no event ever came. */
export function judgePlaces(places: readonly Place[], now: Date): Finding[] {
  return places.flatMap((place) => {
    const others = places.filter((other) => other !== place && other.kind === place.kind);
    if (!place.hasCredentials && others.some(isCalled))
      return [finding(place, 'callback_url', 'not_needed', 'ok', texts.notNeeded)];
    return [judgeUrl(place), judgeEvents(place, now)];
  });
}

/** The last event of any kind. */
export function lastEventOf({ seen }: Place): Date | undefined {
  const { url_verification: _, ...events } = seen;
  return Object.values(events)
    .toSorted((one, other) => one.getTime() - other.getTime())
    .at(-1);
}

function isCalled({ seen }: Place): boolean {
  return Object.keys(seen).length > 0;
}

function judgeUrl(place: Place): Finding {
  if (!place.hasCredentials)
    return finding(
      place,
      'callback_url',
      'credentials_missing',
      'failed',
      texts.noCredentials,
      nextSteps.storeCredentials,
    );
  if (isCalled(place)) return finding(place, 'callback_url', 'verified', 'ok', texts.verified);
  const step = place.kind === 'self_built' ? nextSteps.setAppUrl : nextSteps.setAssistantUrl;
  return finding(place, 'callback_url', 'never_verified', 'failed', texts.neverVerified, step);
}

/** Staff change seldom, so that only customers can be quiet for too long. */
function judgeEvents(place: Place, now: Date): Finding {
  const ofCustomers = place.kind === 'self_built';
  const last = place.seen[ofCustomers ? 'customer_event' : 'directory_event'];
  const step = ofCustomers ? nextSteps.tickCustomerEvents : nextSteps.changeSomebody;
  if (!last) return finding(place, 'callback_events', 'never', 'warning', texts.eventsNever, step);
  if (ofCustomers && now.getTime() - last.getTime() > QUIET_MS)
    return finding(place, 'callback_events', 'stopped', 'warning', texts.eventsStopped, step);
  return finding(place, 'callback_events', 'arrive', 'ok', texts.eventsArrive);
}

function finding(
  { appId }: Place,
  area: Area,
  what: string,
  state: FindingState,
  text: Texts,
  nextStep?: Texts,
): Finding {
  return { code: `${area}.${what}`, area, state, appId, text: named(area, text), nextStep };
}
