import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultEffect, Sandbox } from '../../src/sandbox/index.js';

type Chance = { random(): number; pick(bound: number): number };

/** Everything that an outage looks like from outside. */
const OUTAGES: readonly ((chance: Chance) => FaultEffect)[] = [
  () => ({ errcode: -1 }),
  ({ pick }) => ({ status: [500, 502, 503, 504][pick(4)] ?? 503 }),
  () => ({ reset: true }),
  ({ pick }) => ({ cutAfterBytes: pick(12) }),
  () => ({ tokenDeath: true }),
];
const CHANGE_MAX_MS = 1_500;
/** What a process may still call after another one met 45009. */
const NEWS_MS = 1_100;

/** Nothing works from now on, in a way that changes all the time, until `end`. */
export function breakDown(sandbox: Sandbox, chance: Chance): { end(): Promise<Record<string, number>> } {
  const hits: Record<string, number> = {};
  let isOver = false;
  const changing = (async () => {
    while (!isOver) {
      const effect = OUTAGES[chance.pick(OUTAGES.length)]!(chance);
      const fault = sandbox.control.addFault({ effect });
      await sleep(chance.random() * CHANGE_MAX_MS);
      const name = Object.keys(effect)[0] ?? '';
      const state = sandbox.control.faults().find(({ id }) => id === fault.id);
      hits[name] = (hits[name] ?? 0) + (state?.hits ?? 0);
      fault.remove();
    }
  })();
  return {
    end: async () => {
      isOver = true;
      await changing;
      sandbox.control.clearFaults();
      return hits;
    },
  };
}

interface Block {
  readonly api: string;
  readonly seenAtMs: number;
  callsBefore?: number;
  calls: number;
}

/** Watches how often an API is called while our own quota says that WeCom blocks it. */
export class BlockWatch {
  readonly blocks: Block[] = [];
  private open: Block[] = [];
  private isOver = false;
  private readonly watching: Promise<void>;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly blockedApis: () => Promise<readonly string[]>,
  ) {
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.watching;
  }

  /** Looks until the watch is stopped; a block that ends takes its count with it. */
  private async watch(): Promise<void> {
    while (!this.isOver) {
      const blocked = await this.blockedApis().catch(() => undefined); // whoever reads all the time sees that
      if (blocked) this.look(blocked);
      await sleep(100);
    }
  }

  private look(blocked: readonly string[]): void {
    const counts = this.sandbox.control.callCounts();
    const nowMs = performance.now();
    this.open = this.open.filter(({ api }) => blocked.includes(api));
    for (const api of blocked.filter((name) => !this.open.some((block) => block.api === name))) {
      const block = { api, seenAtMs: nowMs, calls: 0 };
      this.blocks.push(block);
      this.open.push(block);
    }
    for (const block of this.open) {
      const count = counts[`/cgi-bin/${block.api}`] ?? 0;
      if (nowMs - block.seenAtMs < NEWS_MS) continue;
      block.callsBefore ??= count;
      block.calls = count - block.callsBefore;
    }
  }
}
