import { Injectable, Logger } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { StockReader } from '../queries/stock-reader.js';

/** Who asks for a sold-out batch makes this process look again after so long, without waiting for it. */
const LOOK_AGAIN_MS = 250;
/** So long it is believed that a batch is sold out: stock that returns anywhere is for sale within a second. */
const BELIEVED_MS = 800;
const BATCHES_MAX = 1_000;
/** Of the newest coupons of a batch: who asks again for one of them is told of it and not refused. */
const KEYS_MAX = 10_000;

interface Known {
  lookedAtMs: number;
  isLooking: boolean;
  newestId: string | undefined;
  readonly keys: Set<string>;
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
    if (!known) return false;
    const ageMs = performance.now() - known.lookedAtMs;
    if (ageMs > LOOK_AGAIN_MS) void this.look(corpId, batchId);
    return ageMs < BELIEVED_MS && !known.keys.has(key);
  }

  /** Call it when the database said so. Looks whether it is still true, and remembers it then. */
  async look(corpId: CorpId, batchId: string): Promise<void> {
    const name = nameOf(corpId, batchId);
    const known = this.batches.get(name) ?? this.add(name);
    if (known.isLooking) return;
    known.isLooking = true;
    const askedAtMs = performance.now();
    try {
      const { hasStock, newest } = await this.unit.read(corpId, () =>
        this.stock.look(batchId, known.newestId, KEYS_MAX),
      );
      if (hasStock) this.batches.delete(name);
      else remember(known, newest, askedAtMs);
    } catch (error) {
      this.logger.warn(`could not look for stock: ${error instanceof Error ? error.name : 'error'}`);
    } finally {
      known.isLooking = false;
    }
  }

  private add(name: string): Known {
    const [oldest] = this.batches.keys();
    if (this.batches.size >= BATCHES_MAX && oldest !== undefined) this.batches.delete(oldest);
    const known: Known = { lookedAtMs: -Infinity, isLooking: false, newestId: undefined, keys: new Set() };
    this.batches.set(name, known);
    return known;
  }
}

/** Anybody may ask for any batch: what is found in one corp's name says nothing of another's. */
function nameOf(corpId: CorpId, batchId: string): string {
  return `${corpId}:${batchId}`;
}

function remember(known: Known, newest: readonly { id: string; key: string }[], askedAtMs: number): void {
  for (const { key } of newest) known.keys.add(key);
  for (const oldest of known.keys) {
    if (known.keys.size <= KEYS_MAX) break;
    known.keys.delete(oldest);
  }
  known.newestId = newest.at(-1)?.id ?? known.newestId;
  known.lookedAtMs = askedAtMs;
}
