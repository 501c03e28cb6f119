import { Injectable } from '@nestjs/common';

/** Own choice below WeCom's unpublished limit (errcode 45033). */
const IN_FLIGHT_MAX = 10;
/** So many good calls in a row for each allowed one give one more back after a halving. */
const CALLS_TO_GROW = 10;

interface Lane {
  readonly max: number;
  limit: number;
  running: number;
  goodCalls: number;
  readonly waiting: (() => void)[];
}

/**
 * Bounds the parallel calls of one API by one corp. Our own, because a bulkhead of cockatiel cannot shrink, and 45033
 * asks for half. For this process only: WeCom's answer tells the others.
 */
@Injectable()
export class InFlight {
  private readonly lanes = new Map<string, Lane>();

  /** @param max in place of the usual 10; the first call of a key decides. */
  async run<T>(key: string, work: () => Promise<T>, max = IN_FLIGHT_MAX): Promise<T> {
    const lane = this.laneOf(key, max);
    if (lane.running >= lane.limit) await new Promise<void>((resolve) => lane.waiting.push(resolve));
    else lane.running++;
    try {
      return await work();
    } finally {
      this.leave(lane);
    }
  }

  halve(key: string): void {
    const lane = this.laneOf(key);
    lane.limit = Math.max(1, Math.floor(lane.limit / 2));
    lane.goodCalls = 0;
  }

  grow(key: string): void {
    const lane = this.laneOf(key);
    if (lane.limit === lane.max || ++lane.goodCalls < lane.limit * CALLS_TO_GROW) return;
    lane.limit++;
    lane.goodCalls = 0;
  }

  limitOf(key: string): number {
    return this.laneOf(key).limit;
  }

  /** A place is handed on without being free in between, unless the limit shrank meanwhile. */
  private leave(lane: Lane): void {
    lane.running--;
    while (lane.running < lane.limit) {
      const next = lane.waiting.shift();
      if (!next) return;
      lane.running++;
      next();
    }
  }

  private laneOf(key: string, max = IN_FLIGHT_MAX): Lane {
    let lane = this.lanes.get(key);
    if (!lane) this.lanes.set(key, (lane = { max, limit: max, running: 0, goodCalls: 0, waiting: [] }));
    return lane;
  }
}
