import fc from 'fast-check';
import type { Apply, MirrorWorld } from './mirror-world.js';

/** A number below `bound`, chosen by fast-check, so that a failing run can be repeated from its printed seed. */
export type Pick = (bound: number) => number;

export interface Chaos {
  /** One change in WeCom's world; `silent` loses its event. */
  change(pick: Pick, silent: boolean): void;
  /** What must hold once all events have arrived; `lost` tells whether some never will. */
  check(lost: boolean): Promise<void>;
}

const CHANGES_MAX = 12;
/** Of ten events. */
const LOST = 2;
const DOUBLED = 3;

/**
 * Random changes whose events come late, doubled, in any order and not at all, with readings that are stored long after
 * they were made.
 */
export async function runChaos(world: MirrorWorld, chaos: Chaos, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.gen(), async (lossy, choose) => {
      const pick: Pick = (bound) => choose(fc.nat, { max: bound - 1 });
      await runOnce(world, chaos, pick, lossy);
    }),
    { numRuns, endOnFailure: true, verbose: 1 },
  );
}

async function runOnce(world: MirrorWorld, chaos: Chaos, pick: Pick, lossy: boolean): Promise<void> {
  const events: Parameters<MirrorWorld['load']>[0][] = [];
  const readings: Apply[] = [];
  const take = <T>(list: T[]): T | undefined => list.splice(pick(list.length), 1)[0];
  const advance = async (): Promise<void> => {
    if (events.length > 0 && pick(2) === 0) {
      const event = take(events);
      if (event) readings.push(...(await world.load(event)));
    } else if (readings.length > 0) {
      await take(readings)?.();
    }
  };
  world.newEvents();
  const changes = 1 + pick(CHANGES_MAX);
  for (let done = 0; done < changes; done++) {
    world.clock.seconds += 1;
    chaos.change(pick, lossy && pick(10) < LOST);
    for (const event of world.newEvents()) events.push(...(pick(10) < DOUBLED ? [event, event] : [event]));
    for (let steps = pick(4); steps > 0; steps--) await advance();
  }
  while (events.length + readings.length > 0) await advance();
  await chaos.check(lossy);
}
