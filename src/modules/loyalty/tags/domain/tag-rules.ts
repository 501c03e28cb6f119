/** A level that shows as a corp tag. */
export interface LevelTag {
  readonly level: string;
  readonly wecomTagId: string;
}

/** A band of the balance of the wallet `points` that shows as a corp tag. */
export interface BandTag {
  readonly from: number;
  /** The first balance above it; null: no end. */
  readonly below: number | null;
  readonly wecomTagId: string;
}

/** Which corp tags a program writes. Other tags are none of its business. */
export interface TagRules {
  readonly levels: readonly LevelTag[];
  /** At most 20; they do not overlap. */
  readonly bands: readonly BandTag[];
}

export const TAGS_MAX = 20;

/** What WeCom shall show of a customer; sorted, so that equal wishes are equal. */
export function wishedTags(rules: TagRules, level: string | undefined, balance: number): string[] {
  const ofLevel = rules.levels.find((rule) => rule.level === level);
  const ofBand = bandOf(rules.bands, balance);
  return [ofLevel, ofBand].flatMap((rule) => rule?.wecomTagId ?? []).sort();
}

export function bandOf(bands: readonly BandTag[], balance: number): BandTag | undefined {
  return bands.find(({ from, below }) => balance >= from && (below === null || balance < below));
}

/** @param levels keys of the active table. */
export function areContradictory({ levels, bands }: TagRules, known: readonly string[]): boolean {
  const tags = [...levels, ...bands].map(({ wecomTagId }) => wecomTagId);
  const keys = levels.map(({ level }) => level);
  const sorted = bands.toSorted((a, b) => a.from - b.from);
  return (
    new Set(tags).size < tags.length ||
    new Set(keys).size < keys.length ||
    keys.some((key) => !known.includes(key)) ||
    sorted.some(({ from, below }, index) => {
      const next = sorted[index + 1];
      return below === null ? next !== undefined : below <= from || (next !== undefined && next.from < below);
    })
  );
}
