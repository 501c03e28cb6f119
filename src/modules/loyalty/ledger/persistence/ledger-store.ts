import { Injectable } from '@nestjs/common';
import { type RequestContext, requestContext } from '../../../../platform/context/request-context.js';
import { Database } from '../../../../platform/database/database.js';
import type { EntryKind, PostedEntry } from '../domain/posting.js';

/** What the posting function takes. Absent fields are null there. */
export interface Item {
  /** Its place in the call: items are booked in this order. */
  readonly n: number;
  /** The id of the transfer that it becomes. */
  readonly id: string;
  readonly program: string;
  readonly key: string;
  /** Of the whole order, in hexadecimal digits: the same key with another one is refused. */
  readonly hash: string;
  readonly kind: EntryKind;
  readonly wallet?: string | undefined;
  readonly customer?: string;
  /** Whose accounts are locked; of a spend: all of the person, and those points are taken from. */
  readonly customers?: readonly string[];
  /** Left out of `reverse`: all that is left. */
  readonly amount?: number | undefined;
  readonly reverses?: string;
  readonly reason?: string | undefined;
  /** Who orders it; the present caller when left out. */
  readonly by?: RequestContext | undefined;
  readonly event?: string | undefined;
  readonly rule?: string | undefined;
  readonly effective?: Date | undefined;
  /** Of the lot that it makes. */
  readonly expires?: Date | null;
  readonly extends?: boolean;
  /** Answered unless the key was booked before. */
  readonly refusal?: string | undefined;
}

/** A row for each entry of an item, or one with the code of its refusal. */
export interface BookedRow {
  readonly n: number;
  /** `loyalty.…`, or `member_missing`: nobody has such an account. */
  readonly code: string | null;
  readonly replayed: boolean;
  readonly transferId: string;
  readonly entry: PostedEntry;
}

/** The posting function. Inside an open unit of work that writes. */
@Injectable()
export class LedgerStore {
  constructor(private readonly database: Database) {}

  /** @param at the time of the entries, unless their account has a later one. */
  async book(items: readonly Item[], at: Date): Promise<BookedRow[]> {
    const rows = await this.database.query<FlatRow>(POST, [
      this.database.corpId,
      at,
      JSON.stringify(items.map(({ by, ...item }) => ({ ...item, ...originOf(by), hash: `\\x${item.hash}` }))),
    ]);
    return rows.map(({ n, code, replayed, transferId, ...entry }) => ({
      n,
      code,
      replayed,
      transferId,
      entry,
    }));
  }
}

type FlatRow = Omit<BookedRow, 'entry'> & PostedEntry;

function originOf(by = requestContext.current()) {
  const { kind, id } = by?.actor ?? { kind: 'system', id: 'unknown' };
  return { actor_kind: kind, actor_id: id, request: by?.requestId };
}

const POST = {
  name: 'loyalty-post',
  text: `
  SELECT n, code, replayed, transfer AS "transferId", account AS "accountId", member AS "memberId",
         customer AS "customerId", wallet AS "walletId", program AS "programId", seq, kind, delta,
         balance_after AS "balanceAfter", debt_after AS "debtAfter", earned_total AS "earnedTotal",
         recorded_at AS "recordedAt"
    FROM loyalty.post($1, $2, $3)`,
};
