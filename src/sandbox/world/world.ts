import { randomBytes } from 'node:crypto';
import type { WorldSize } from '../sandbox.types.js';
import { Corp } from './corp.js';
import { seedCorp } from './seed-corp.js';
import { readWorldFile, writeWorldFile, type WorldState } from './world-file.js';

const SAVE_DELAY_MS = 1000;

/** All corps, kept in a file when one is named. */
export class World {
  private readonly corps: Corp[];
  private readonly seed: string;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly file: string | undefined,
    seed: string | undefined,
    size: WorldSize | undefined,
  ) {
    const kept = file ? readWorldFile(file) : undefined;
    this.seed = kept?.seed ?? seed ?? randomBytes(12).toString('hex');
    this.corps = (kept?.corps ?? [seedCorp(this.seed, size)]).map((state) => new Corp(state));
  }

  all(): readonly Corp[] {
    return this.corps;
  }

  find(corpId: string): Corp | undefined {
    return this.corps.find((corp) => corp.corpId === corpId);
  }

  /** Default: the first corp. */
  get(corpId?: string): Corp {
    const corp = corpId === undefined ? this.corps[0] : this.find(corpId);
    if (!corp) throw new Error(`no such corp: ${corpId}`);
    return corp;
  }

  add(options: { name?: string; seed?: string; size?: WorldSize }): Corp {
    const number = this.corps.length + 1;
    const corp = new Corp(
      seedCorp(
        options.seed ?? `${this.seed}/${number}`,
        options.size,
        options.name ?? `星禾生活 ${number} 店`,
      ),
    );
    if (this.find(corp.corpId)) throw new Error('a corp with this seed exists already');
    this.corps.push(corp);
    this.changed();
    return corp;
  }

  /** Saves a little later: a burst of changes is written once. */
  changed(): void {
    if (!this.file || this.timer) return;
    this.timer = setTimeout(() => this.save(), SAVE_DELAY_MS);
    this.timer.unref();
  }

  save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.file) return;
    const state: WorldState = {
      version: 1,
      seed: this.seed,
      corps: this.corps.map((corp) => corp.toState()),
    };
    writeWorldFile(this.file, state);
  }
}
