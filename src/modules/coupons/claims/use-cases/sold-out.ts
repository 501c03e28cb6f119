import { Injectable, Logger } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { BEFORE_ALL, markOf, StockReader } from '../queries/stock-reader.js';

/** Who asks for a sold-out batch makes this process look again after so long, without waiting for it. */
const LOOK_AGAIN_MS = 250;
/** So long it is believed that a batch is sold out: stock that returns anywhere is for sale within a second. */
const BELIEVED_MS = 800;
const BATCHES_MAX = 1_000;
/** Of all batches together, some 40 bytes each. */
const MARKS_MAX = 1_500_000;
/** Nothing is believed of it. */
const NEVER = -Infinity;

interface Known {
  lookedAtMs: number;
  isLooking: boolean;
  /** Then the database is asked each time, and nothing is read of it again. */
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
        this.stock.look(batchId, known.readUpTo, MARKS_MAX + 1),
      );
      for (const mark of marks) known.marks.add(mark);
      known.readUpTo = nextAfter;
      known.isTooLarge = Math.max(marks.length, known.marks.size) > MARKS_MAX; // some keys have one mark
      if (known.isTooLarge) known.marks.clear();
      this.makeRoom(name);
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

  /** For this one, of which no more are kept than there is room for. */
  private makeRoom(forName: string): void {
    let sum = [...this.batches.values()].reduce((all, { marks }) => all + marks.size, 0);
    for (const [name, { marks }] of this.batches) {
      if (sum <= MARKS_MAX) return;
      if (name === forName || marks.size === 0) continue;
      this.batches.delete(name);
      sum -= marks.size;
    }
  }
}

/** Anybody may ask for any batch: what is found in one corp's name says nothing of another's. */
function nameOf(corpId: CorpId, batchId: string): string {
  return `${corpId}:${batchId}`;
}
