import type { Counter } from './caps.js';

/** What was given before: how much under each counter, and when to whom by which rule. Grows while a batch is evaluated. */
export class RuleState {
  private readonly used = new Map<Counter, number>();
  private readonly awarded = new Map<string, Set<number>>();

  usedOf(together: readonly Counter[]): number {
    return together.reduce((sum, counter) => sum + (this.used.get(counter) ?? 0), 0);
  }

  add(counter: Counter, points: number): void {
    this.used.set(counter, (this.used.get(counter) ?? 0) + points);
  }

  /** @returns whether the rule gave this person something less than `withinMs` before or after. */
  isAwardedNear(place: { ruleId: string; personId: string }, atMs: number, withinMs: number): boolean {
    return [...(this.awarded.get(keyOf(place)) ?? [])].some((other) => Math.abs(other - atMs) < withinMs);
  }

  award(place: { ruleId: string; personId: string }, atMs: number): void {
    const times = this.awarded.get(keyOf(place)) ?? new Set();
    this.awarded.set(keyOf(place), times.add(atMs));
  }

  unaward(place: { ruleId: string; personId: string }, atMs: number): void {
    this.awarded.get(keyOf(place))?.delete(atMs);
  }
}

function keyOf({ ruleId, personId }: { ruleId: string; personId: string }): string {
  return `${ruleId}/${personId}`;
}
