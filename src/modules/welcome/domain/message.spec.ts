import { deadlineOf } from './message.js';

describe('the deadline of a code', () => {
  const at = (seconds: number) => new Date(1_790_000_000_000 + seconds * 1000);

  it('is 20 s after the event, however late its callback is', () => {
    expect(deadlineOf({ happenedAt: at(0), receivedAt: at(0.4) })).toBe(at(20).getTime());
    expect(deadlineOf({ happenedAt: at(0), receivedAt: at(19) })).toBe(at(20).getTime());
  });

  it('counts from the receipt when our clock is behind', () => {
    expect(deadlineOf({ happenedAt: at(30), receivedAt: at(0) })).toBe(at(20).getTime());
  });
});
