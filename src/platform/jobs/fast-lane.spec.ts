import { jest } from '@jest/globals';
import { FastLane } from './fast-lane.js';

const BUSY = 5;

let lane: FastLane;
let ends: (() => void)[];

beforeEach(() => {
  jest.useFakeTimers();
  lane = new FastLane();
  ends = Array.from({ length: BUSY }, () => {
    let end = (): void => undefined;
    void lane.run(() => new Promise<void>((resolve) => (end = resolve)));
    return end;
  });
});
afterEach(() => jest.useRealTimers());

const goesOn = (): { yet: boolean } => {
  const state = { yet: false };
  void lane.giveWay().then(() => (state.yet = true));
  return state;
};

describe('other work', () => {
  it('goes on as soon as the fast lane is at ease', async () => {
    const before = goesOn();
    await jest.advanceTimersByTimeAsync(1_900);
    expect(before.yet).toBe(false);
    ends[0]?.();
    await jest.advanceTimersByTimeAsync(0);
    expect(before.yet).toBe(true);
    const after = goesOn();
    await jest.advanceTimersByTimeAsync(0);
    expect(after.yet).toBe(true);
  });

  it('waits no longer than 2 s, so that a busy lane does not stop it', async () => {
    const work = goesOn();
    await jest.advanceTimersByTimeAsync(2_001);
    expect(work.yet).toBe(true);
  });
});
