import type { CallbackFaults, SandboxSwitches } from '../sandbox.types.js';
import { Random } from '../world/random.js';

/** What becomes of one event before it is sent. */
export interface Fate {
  lost: boolean;
  /** Wait of each copy: one, or two for a duplicate. */
  copiesAfterMs: number[];
  /** A later event shall arrive first. */
  overtaken: boolean;
}

/** Draws the fate of each event. The same faults, seed and events give the same fates. */
export class CallbackFate {
  private faults?: CallbackFaults;
  private random = new Random();

  constructor(
    private readonly switches: SandboxSwitches,
    private readonly seed: string,
  ) {}

  draw(duplicated: boolean): Fate {
    const faults = this.switches.callbackFaults;
    if (faults !== this.faults) {
      this.faults = faults;
      this.random = new Random(faults.seed ?? this.seed, 'callbacks');
    }
    // All are drawn always, so that one probability does not move what the others hit.
    const lost = this.random.chance(faults.drop ?? 0);
    const twice = this.random.chance(faults.duplicate ?? 0);
    const overtaken = this.random.chance(faults.reorder ?? 0);
    const waits = [0, 0].map(() => Math.floor(this.random.next() * (faults.delayMs ?? 0)));
    return { lost, overtaken, copiesAfterMs: waits.slice(0, twice || duplicated ? 2 : 1) };
  }
}
