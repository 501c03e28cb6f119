import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import { CustomersFacade } from '../../../customers/index.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import type { EntryKind, PostedEntry } from '../domain/posting.js';

export interface AccountFacts {
  readonly id: string;
  readonly memberId: string;
  readonly customerId: string;
  readonly programId: string;
  /** The wallet's key. */
  readonly wallet: string;
  readonly balance: number;
  /** Neither held nor past its expiry, whether or not it was swept. */
  readonly available: number;
  readonly held: number;
  readonly debt: number;
  readonly earnedTotal: number;
  readonly version: number;
}

export interface TransferFacts {
  readonly id: string;
  readonly programId: string;
  readonly key: string;
  readonly kind: EntryKind;
  readonly amount: number;
  readonly reversedAmount: number;
  readonly reverses: string | null;
  readonly reason: string | null;
  readonly effectiveAt: Date;
  readonly recordedAt: Date;
}

/** What was booked. Inside an open unit of work. */
@Injectable()
export class ShowLedger {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomersFacade,
    private readonly clock: Clock,
  ) {}

  /** @throws loyalty.transfer_not_found */
  async transfer(id: string): Promise<{ transfer: TransferFacts; entries: PostedEntry[] }> {
    const params = [this.database.corpId, id];
    const transfer = await this.database.maybeOne<TransferFacts>(TRANSFER, params);
    if (!transfer) throw loyaltyErrors.transfer_not_found();
    return { transfer, entries: await this.database.query<PostedEntry>(ENTRIES, params) };
  }

  /** Of all customers that are one person with this one, in all programs. @throws loyalty.customer_not_found */
  async accountsOf(customerId: string): Promise<AccountFacts[]> {
    const [known] = await this.customers.known([customerId]);
    if (!known) throw loyaltyErrors.customer_not_found();
    return this.database.query<AccountFacts>(ACCOUNTS, [
      this.database.corpId,
      await this.customers.customersOf(customerId),
      this.clock.now(),
    ]);
  }
}

const TRANSFER = `
  SELECT id, program_id AS "programId", key, kind, amount, reversed_amount AS "reversedAmount", reverses, reason,
         effective_at AS "effectiveAt", recorded_at AS "recordedAt"
    FROM loyalty.transfers WHERE corp_id = $1 AND id = $2`;

const ENTRIES = `
  SELECT e.account_id AS "accountId", a.member_id AS "memberId", a.customer_id AS "customerId",
         a.wallet_id AS "walletId", a.program_id AS "programId", e.seq, e.kind, e.delta,
         e.balance_after AS "balanceAfter", e.debt_after AS "debtAfter", a.earned_total AS "earnedTotal",
         e.recorded_at AS "recordedAt"
    FROM loyalty.entries e JOIN loyalty.accounts a ON a.corp_id = e.corp_id AND a.id = e.account_id
   WHERE e.corp_id = $1 AND e.transfer_id = $2 ORDER BY e.account_id`;

const ACCOUNTS = `
  SELECT a.id, a.member_id AS "memberId", a.customer_id AS "customerId", a.program_id AS "programId", w.key AS wallet,
         a.posted AS balance, a.held, a.debt, a.earned_total AS "earnedTotal", a.version,
         coalesce((SELECT sum(l.remaining - l.held) FROM loyalty.lots l
                    WHERE l.corp_id = a.corp_id AND l.account_id = a.id AND l.remaining > 0
                      AND (l.expires_at IS NULL OR l.expires_at > $3)), 0)::bigint AS available
    FROM loyalty.accounts a JOIN loyalty.wallets w ON w.corp_id = a.corp_id AND w.id = a.wallet_id
   WHERE a.corp_id = $1 AND a.customer_id = ANY ($2::uuid[]) ORDER BY a.program_id, w.key, a.id`;
