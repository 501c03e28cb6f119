import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { BEFORE_ALL, markOf, StockReader } from '../queries/stock-reader.js';

/** Who asks for a sold-out batch makes this process look again after so long, without waiting for it. */
const LOOK_AGAIN_MS = 250;
/** So long it is believed that a batch is sold out: stock that returns anywhere is for sale within a second. */
const BELIEVED_MS = 800;
const BATCHES_MAX = 1_000;
/** Nobody has asked for such a batch for a while: it makes room for others. */
const IDLE_MS = 60_000;
/** Remembered before other work has its turn: some milliseconds. */
const MARKS_PER_TURN = 50_000;
/** Nothing is believed of it. */
const NEVER = -Infinity;

interface Known {
  lookedAtMs: number;
  isLooking: boolean;
  /** There was no room for it: then the database is asked each time, and nothing is read of it again. */
  isTooLarge: boolean;
  readUpTo: string;
  /** Of all coupons of the batch: who asks again for one of them, however late, is told of it and not refused. */
  readonly marks: Set<number>;
}

/**
 * Batches that have nothing left, so that crowds who come too late cost no call of the database. A process finds out by
 * itself that stock is back: no message must reach it for that, so none can be lost.
 */
@Injectable()
export class SoldOut {
  /** Of all batches together, some 40 bytes each. */
  readonly marksMax: number = 1_500_000;
  private readonly logger = new Logger('SoldOut');
  private readonly batches = new Map<string, Known>();

  constructor(
    private readonly unit: UnitOfWork,
    private readonly stock: StockReader,
  ) {}

  /** Whether the order can be refused without asking. @param key under which the same caller may have got a coupon before */
  refuses(corpId: CorpId, batchId: string, key: string): boolean {
    const known = this.batches.get(nameOf(corpId, batchId));
    if (!known || known.lookedAtMs === NEVER) return false;
    const ageMs = performance.now() - known.lookedAtMs;
    if (ageMs > LOOK_AGAIN_MS) void this.look(corpId, batchId);
    return ageMs < BELIEVED_MS && !known.marks.has(markOf(key));
  }

  /** Call it when the database said so. Looks whether it is still true, and remembers it then. */
  async look(corpId: CorpId, batchId: string): Promise<void> {
    const name = nameOf(corpId, batchId);
    const known = this.batches.get(name) ?? this.add(name);
    if (known.isLooking || known.isTooLarge) return;
    known.isLooking = true;
    const askedAtMs = performance.now();
    try {
      const { hasStock, marks, nextAfter } = await this.unit.read(corpId, () =>
        this.stock.look(batchId, known.readUpTo, this.marksMax + 1),
      );
      await remember(known, marks);
      known.readUpTo = nextAfter;
      known.isTooLarge = marks.length > this.marksMax || !this.hasRoomFor(known); // two keys may have one mark
      if (known.isTooLarge) known.marks.clear();
      known.lookedAtMs = hasStock || known.isTooLarge ? NEVER : askedAtMs;
    } catch (error) {
      this.logger.warn(`could not look for stock: ${error instanceof Error ? error.name : 'error'}`);
    } finally {
      known.isLooking = false;
    }
  }

  private add(name: string): Known {
    const [oldest] = this.batches.keys();
    if (this.batches.size >= BATCHES_MAX && oldest !== undefined) this.batches.delete(oldest);
    const known: Known = {
      lookedAtMs: NEVER,
      isLooking: false,
      isTooLarge: false,
      readUpTo: BEFORE_ALL,
      marks: new Set(),
    };
    this.batches.set(name, known);
    return known;
  }

  /** What others still ask for stays: two large ones would else push each other out, and be read anew each time. */
  private hasRoomFor(known: Known): boolean {
    const idleSince = performance.now() - IDLE_MS;
    let sum = [...this.batches.values()].reduce((all, { marks }) => all + marks.size, 0);
    for (const [name, one] of this.batches) {
      if (sum <= this.marksMax) break;
      if (one === known || one.lookedAtMs > idleSince) continue;
      this.batches.delete(name);
      sum -= one.marks.size;
    }
    return sum <= this.marksMax;
  }
}

async function remember(known: Known, marks: readonly number[]): Promise<void> {
  for (let at = 0; at < marks.length; at += MARKS_PER_TURN) {
    for (const mark of marks.slice(at, at + MARKS_PER_TURN)) known.marks.add(mark);
    if (marks.length > MARKS_PER_TURN) await nextTurn();
  }
}

/** Anybody may ask for any batch: what is found in one corp's name says nothing of another's. */
function nameOf(corpId: CorpId, batchId: string): string {
  return `${corpId}:${batchId}`;
}
