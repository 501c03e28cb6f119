import type { SandboxSwitches } from '../sandbox.types.js';

/** Callbacks that fail too often: WeCom then drops events on purpose (page 90930; it publishes no figure). */
export class FailingPlaces {
  private readonly inARow = new Map<string, number>();
  private readonly droppedUntil = new Map<string, number>();

  constructor(
    private readonly switches: SandboxSwitches,
    private readonly nowMs: () => number,
  ) {}

  /** One event, all its tries included. */
  record(place: string, answered: boolean): void {
    const failures = answered ? 0 : (this.inARow.get(place) ?? 0) + 1;
    this.inARow.set(place, failures);
    const { failuresBeforeDropping: max, droppingMs } = this.switches;
    if (max > 0 && failures >= max) {
      this.inARow.delete(place);
      this.droppedUntil.set(place, this.nowMs() + droppingMs);
    }
  }

  drops(place: string): boolean {
    return this.nowMs() < (this.droppedUntil.get(place) ?? 0);
  }
}
