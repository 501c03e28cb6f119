import { judgePlaces, lastEventOf, type Place } from './judge-callbacks.js';

const NOW = new Date('2026-11-22T08:00:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);

function place(appId: string, given: Partial<Place>): Place {
  return {
    appId,
    kind: 'self_built',
    callbackPath: `/callbacks/wecom/${appId}`,
    hasCredentials: true,
    seen: {},
    ...given,
  };
}

const codesOf = (...places: Place[]) =>
  judgePlaces(places, NOW).map(({ appId, code, state }) => `${appId} ${code} ${state}`);

describe('judgePlaces', () => {
  it('asks no second app for callbacks when one has them', () => {
    const called = place('a', { seen: { customer_event: daysAgo(1) } });
    expect(codesOf(called, place('b', { hasCredentials: false }))).toEqual([
      'a callback_url.verified ok',
      'a callback_events.arrive ok',
      'b callback_url.not_needed ok',
    ]);
    const assistant = place('c', { kind: 'directory_assistant', hasCredentials: false });
    expect(codesOf(called, assistant).slice(2)).toEqual([
      'c callback_url.credentials_missing failed',
      'c callback_events.never warning',
    ]);
  });

  it('takes an event as a proof of the URL, and other events not as events of customers', () => {
    expect(codesOf(place('a', { seen: { other_event: daysAgo(1) } }))).toEqual([
      'a callback_url.verified ok',
      'a callback_events.never warning',
    ]);
  });

  it('calls customers quiet after nine days, and staff never', () => {
    const events = (days: number) => ({
      seen: { customer_event: daysAgo(days), directory_event: daysAgo(days) },
    });
    expect(codesOf(place('a', events(9)))[1]).toBe('a callback_events.arrive ok');
    expect(codesOf(place('a', events(9.1)))[1]).toBe('a callback_events.stopped warning');
    expect(codesOf(place('a', { kind: 'directory_assistant', ...events(400) }))[1]).toBe(
      'a callback_events.arrive ok',
    );
  });

  it('knows the last event of any kind, and no verification as one', () => {
    const seen = { url_verification: daysAgo(0), customer_event: daysAgo(3), other_event: daysAgo(2) };
    expect(lastEventOf(place('a', { seen }))).toEqual(daysAgo(2));
    expect(lastEventOf(place('a', { seen: { url_verification: daysAgo(0) } }))).toBeUndefined();
  });
});
