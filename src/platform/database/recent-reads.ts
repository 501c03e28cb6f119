import type { CorpId } from '../context/typed-id.js';

/** How long a value may be older than the database: a renamed thing shows its new name a second later. */
const LIFE_MS = 1_000;
/** So many of the keys in use are read again by one statement; the others when somebody asks for them. */
const RENEWED_TOGETHER_MAX = 1_000;

/** What was read for one corp within one life, and which of it was asked for. */
interface Recent<V> {
  readonly untilMs: number;
  readonly values: Map<string, V | undefined>;
  readonly used: Set<string>;
}

/**
 * What was read within the last second, by corp and key, absent values too. For names that many requests show and that
 * belong to another module, which no statement of theirs may join. When the second is over, the first who asks reads
 * again all that was in use: one by one, every third request would wait for a statement more (bench `point-read`).
 */
export class RecentReads<V> {
  /** The life that began first stands first. */
  private readonly corps = new Map<CorpId, Recent<V>>();

  /** @param read brings what the keys stand for; unknown keys are missing in its answer. */
  async get(
    corpId: CorpId,
    keys: readonly string[],
    read: (missing: string[]) => Promise<ReadonlyMap<string, V>>,
  ): Promise<Map<string, V>> {
    const found = new Map<string, V>();
    if (keys.length === 0) return found;
    const { recent, renewed } = this.recentOf(corpId);
    const missing = keys.filter((key) => !recent.values.has(key));
    if (missing.length > 0) {
      const wanted = [...new Set([...missing, ...renewed])];
      const values = await read(wanted);
      for (const key of wanted) recent.values.set(key, values.get(key));
    }
    for (const key of keys) {
      recent.used.add(key);
      const value = recent.values.get(key);
      if (value !== undefined) found.set(key, value);
    }
    return found;
  }

  /** With `renewed`, the keys to read again, for the one who begins a new life. */
  private recentOf(corpId: CorpId): { recent: Recent<V>; renewed: readonly string[] } {
    const nowMs = performance.now();
    const known = this.corps.get(corpId);
    if (known && known.untilMs > nowMs) return { recent: known, renewed: [] };
    const recent = { untilMs: nowMs + LIFE_MS, values: new Map<string, V>(), used: new Set<string>() };
    this.corps.delete(corpId);
    this.corps.set(corpId, recent);
    this.forgetUnused(nowMs);
    return { recent, renewed: [...(known?.used ?? [])].slice(0, RENEWED_TOGETHER_MAX) };
  }

  /** Of corps for which nobody has asked for a whole life. */
  private forgetUnused(nowMs: number): void {
    for (const [corpId, { untilMs }] of this.corps) {
      if (untilMs + LIFE_MS > nowMs) return;
      this.corps.delete(corpId);
    }
  }
}
