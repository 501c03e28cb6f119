import type { Fault, FaultEffect, FaultState } from '../sandbox.types.js';
import { Random } from '../world/random.js';

interface Planned {
  id: number;
  fault: Fault;
  random: Random;
  hits: number;
}

/** What one call has to suffer. */
export interface Blow {
  delayMs: number;
  effect?: Exclude<FaultEffect, { delayMs: number }>;
}

/**
 * Faults that somebody ordered. Each one draws from a generator of its own, so adding a second fault does not
 * change what the first one does to the same calls.
 */
export class Faults {
  private planned: Planned[] = [];
  private lastId = 0;

  constructor(private readonly seed: string) {}

  add(fault: Fault): FaultState {
    refuseNonsense(fault);
    const id = (this.lastId += 1);
    const random = new Random(fault.seed ?? `${this.seed}/${id}`, 'fault');
    this.planned.push({ id, fault: structuredClone(fault), random, hits: 0 });
    return { id, hits: 0, fault };
  }

  remove(id: number): void {
    this.planned = this.planned.filter((planned) => planned.id !== id);
  }

  clear(): void {
    this.planned = [];
  }

  all(): FaultState[] {
    return this.planned.map(({ id, fault, hits }) => ({ id, hits, fault: structuredClone(fault) }));
  }

  /** Delays add up; of the other effects the oldest fault that hits wins, and only that one counts the hit. */
  strike(path: string): Blow {
    const blow: Blow = { delayMs: 0 };
    for (const planned of this.planned) {
      const { effect, probability = 1, times = Infinity } = planned.fault;
      if (!matches(planned.fault.path, path) || planned.hits >= times) continue;
      if (!('delayMs' in effect) && blow.effect) continue;
      if (!planned.random.chance(probability)) continue;
      planned.hits += 1;
      if ('delayMs' in effect) blow.delayMs += effect.delayMs;
      else blow.effect = effect;
    }
    return blow;
  }
}

function matches(pattern: string | undefined, path: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}

/** Orders come over HTTP too, from scripts that misspell. */
function refuseNonsense({ effect, probability = 1, times = 1 }: Fault): void {
  const known: readonly [name: string, type: string][] = [
    ['errcode', 'number'],
    ['status', 'number'],
    ['reset', 'boolean'],
    ['cutAfterBytes', 'number'],
    ['delayMs', 'number'],
    ['tokenDeath', 'boolean'],
  ];
  const given = Object.entries(effect ?? {});
  const [name, value] = given[0] ?? [];
  if (given.length !== 1 || !known.some(([key, type]) => key === name && typeof value === type))
    throw new Error(`effect must be one of ${known.map(([key, type]) => `{${key}: ${type}}`).join(', ')}`);
  if (!(probability >= 0 && probability <= 1)) throw new Error('probability must lie between 0 and 1');
  if (!(times >= 0)) throw new Error('times must be a count');
}
