import { Injectable } from '@nestjs/common';

/** 50 jobs a second of 0.4 s each, which is what a slow answer of WeCom costs. */
export const FAST_AT_ONCE = 20;
/** So many at once are 20 new friends a second when WeCom answers in 0.1 s; beyond that other work slows the lane down. */
const AT_EASE = 4;
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

  /** Before a piece of other work: waits until the lane is at ease, at most 2 s. */
  async giveWay(): Promise<void> {
    if (this.running <= AT_EASE) return;
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
