import { setTimeout } from 'node:timers/promises';
import type { CallbackOutage } from '../sandbox.types.js';

const TEN_MINUTES_MS = 600_000;
/** The sandbox has a clock of its own, which no timer follows. */
const LOOK_MS = 20;

/** A time in which WeCom sends nothing. */
export class Outage {
  private until = 0;
  private lose = false;
  private over: Promise<void> = Promise.resolve();

  constructor(
    private readonly nowMs: () => number,
    private readonly stop: AbortSignal,
  ) {}

  start({ durationMs = TEN_MINUTES_MS, lose = false }: CallbackOutage): void {
    const running = this.isOn();
    this.until = this.nowMs() + durationMs;
    this.lose = lose;
    if (!running) this.over = this.watch();
  }

  isOn(): boolean {
    return this.nowMs() < this.until;
  }

  loses(): boolean {
    return this.isOn() && this.lose;
  }

  /** Resolves when it is over, at once when there is none. */
  whenOver(): Promise<void> {
    return this.over;
  }

  private async watch(): Promise<void> {
    while (this.isOn() && !this.stop.aborted)
      await setTimeout(LOOK_MS, undefined, { ref: false, signal: this.stop }).catch(() => undefined);
  }
}
