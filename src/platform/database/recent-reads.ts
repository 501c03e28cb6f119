import type { CorpId } from '../context/typed-id.js';

/** How long a value may be older than the database: a renamed thing shows its new name a second later. */
const LIFE_MS = 1_000;
/** Beyond it the oldest are forgotten. */
const KEPT_MAX = 20_000;

interface Kept<V> {
  readonly value: V | undefined;
  readonly untilMs: number;
}

/**
 * What was read within the last second, by corp and key, absent values too. For names that many requests show and that
 * belong to another module, which no statement of theirs may join.
 */
export class RecentReads<V> {
  private readonly kept = new Map<string, Kept<V>>();

  /** @param read brings what the keys stand for; unknown keys are missing in its answer. */
  async get(
    corpId: CorpId,
    keys: readonly string[],
    read: (missing: string[]) => Promise<ReadonlyMap<string, V>>,
  ): Promise<Map<string, V>> {
    const nowMs = performance.now();
    const found = new Map<string, V>();
    const missing = new Set<string>();
    for (const key of keys) {
      const kept = this.kept.get(`${corpId} ${key}`);
      if (!kept || kept.untilMs <= nowMs) missing.add(key);
      else if (kept.value !== undefined) found.set(key, kept.value);
    }
    if (missing.size === 0) return found;
    const values = await read([...missing]);
    for (const key of missing) {
      const value = values.get(key);
      this.keep(`${corpId} ${key}`, { value, untilMs: nowMs + LIFE_MS });
      if (value !== undefined) found.set(key, value);
    }
    return found;
  }

  private keep(key: string, kept: Kept<V>): void {
    this.kept.delete(key); // so that it stands at the end, behind those that were read before it
    const [oldest] = this.kept.keys();
    if (this.kept.size >= KEPT_MAX && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(key, kept);
  }
}
