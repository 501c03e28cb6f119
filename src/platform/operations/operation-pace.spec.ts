import { paceOf } from './operation-pace.js';

const startedAt = new Date('2026-11-22T08:00:00Z');
const after = (seconds: number) => new Date(startedAt.getTime() + seconds * 1000);

describe('the pace of an operation', () => {
  it('is what was done up to the last report, and the rest at that pace', () => {
    const running = { done: 250, total: 500, startedAt, updatedAt: after(20), finishedAt: undefined };
    expect(paceOf(running)).toEqual({ ratePerSecond: 12.5, etaSeconds: 20 });
    expect(paceOf({ ...running, done: 500 })).toEqual({ ratePerSecond: 25, etaSeconds: 0 });
    expect(paceOf({ ...running, done: 600 }).etaSeconds).toBe(0);
  });

  it('tells no remaining time without a total, without progress, and at the end', () => {
    const running = { done: 250, total: 500, startedAt, updatedAt: after(20), finishedAt: undefined };
    expect(paceOf({ ...running, total: undefined })).toEqual({ ratePerSecond: 12.5, etaSeconds: null });
    expect(paceOf({ ...running, done: 0 })).toEqual({ ratePerSecond: 0, etaSeconds: null });
    expect(paceOf({ ...running, updatedAt: startedAt })).toEqual({ ratePerSecond: 0, etaSeconds: null });
    expect(paceOf({ ...running, finishedAt: after(20) }).etaSeconds).toBeNull();
  });
});
