/* oxlint-disable jest/valid-title, jest/expect-expect -- the file that calls `law` gives the title and asserts */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from '@jest/globals';
import { randomFrom } from './seeded-random.js';

/** `npm run prove` sets it; the check runs the small size. */
const IS_FULL = process.env['PROVE'] === 'full';
const REPORTS = path.join(import.meta.dirname, '../../.cache/prove');
/** Small laws take 6 to 26 s, kill-9 with its fifty kills 55 s; a busy machine takes longer without being wrong. */
const SMALL_TIMEOUT_MS = 300_000;
const FULL_TIMEOUT_MS = 3_600_000;

export interface LawRun<F> {
  /** The figures of this size: how many, how long, how often. */
  readonly figures: F;
  /** Printed before the run starts; `SEED=… npm run prove -- NAME` repeats it. */
  readonly seed: number;
  /** A number from 0 up to, not including, 1; the same sequence for the same seed. */
  random(): number;
  /** An integer below `bound`. */
  pick(bound: number): number;
  /** Shown when the run is over and, of the full size, written to docs/proof.md. Milliseconds are called `…Ms`. */
  note(figure: string, value: number | string): void;
}

/**
 * A promise of the whole system that is tested in two sizes: `small` in the check with a fresh seed, and
 * `full` by `npm run prove -- NAME`. One law a file, `test/laws/NAME.test.ts`.
 */
export function law<F>(
  name: string,
  figures: { readonly small: F; readonly full: F },
  prove: (run: LawRun<F>) => Promise<void>,
): void {
  test(
    name,
    async () => {
      const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
      const size = IS_FULL ? 'full' : 'small';
      process.stderr.write(`law ${name}: ${size}, SEED=${seed}\n`);
      const notes: Record<string, number | string> = {};
      const random = randomFrom(seed);
      const startedAt = performance.now();
      const end = (verdict: string): number => {
        const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
        process.stderr.write(`law ${name}: ${verdict} after ${seconds} s ${JSON.stringify(notes)}\n`);
        return seconds;
      };
      const proof = prove({
        figures: figures[size],
        seed,
        random,
        pick: (bound) => Math.floor(random() * bound),
        note: (figure, value) => void (notes[figure] = value),
      });
      await proof.catch((error: unknown) => {
        end('is broken');
        throw error;
      });
      const seconds = end('holds');
      if (IS_FULL) report(name, { seed, seconds, figures: figures.full, notes });
    },
    IS_FULL ? FULL_TIMEOUT_MS : SMALL_TIMEOUT_MS,
  );
}

function report(name: string, result: object): void {
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(path.join(REPORTS, `${name}.json`), JSON.stringify(result));
}
