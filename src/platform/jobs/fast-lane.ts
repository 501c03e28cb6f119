import { Injectable } from '@nestjs/common';

/** 50 jobs a second of 0.4 s each, which is what a slow answer of WeCom costs. */
export const FAST_AT_ONCE = 20;
/** Below this nothing waits any more. */
const AT_EASE = 10;
const GIVE_WAY_MAX_MS = 2_000;

/** What the fast lane does in this process, so that other work can leave it the processor. */
@Injectable()
export class FastLane {
  private running = 0;
  private readonly givingWay = new Set<() => void>();

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.running++;
    try {
      return await work();
    } finally {
      this.running--;
      if (this.running <= AT_EASE) for (const goOn of this.givingWay) goOn();
    }
  }

  /** Before a piece of other work: while every fast worker is busy, more of them probably wait. At most 2 s. */
  async giveWay(): Promise<void> {
    if (this.running < FAST_AT_ONCE) return;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        clearTimeout(patience);
        this.givingWay.delete(goOn);
        resolve();
      };
      const patience = setTimeout(goOn, GIVE_WAY_MAX_MS);
      this.givingWay.add(goOn);
    });
  }
}
