import type { Program, Wallet } from '../../programs/domain/program.js';
import { expiryOf } from '../../programs/domain/program-time.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { AMOUNT_MAX, type Posting } from './posting.js';

/** Events may come a day ahead, as those of customers do, and as late as those are kept. */
const DAY_MS = 86_400_000;
const AGE_MONTHS_MAX = 36;

export interface Checked {
  readonly wallet?: Wallet;
  readonly expiresAt: Date | null;
  /** Why it cannot be booked, which does not matter when it was booked before. */
  readonly refusal?: string;
}

/** What can be said of a posting without its account. */
export function checkPosting(posting: Posting, program: Program | undefined, now: Date): Checked {
  const wallet = program?.wallets.find(({ key }) => key === posting.wallet);
  const at = posting.effectiveAt ?? now;
  if (!program || !wallet) {
    const { program_not_found, wallet_not_found } = loyaltyErrors;
    return { expiresAt: null, refusal: (program ? wallet_not_found : program_not_found).code };
  }
  const expiresAt =
    posting.expiresAt === undefined ? expiryOf(wallet.expiry, at, program.timeZone) : posting.expiresAt;
  const refusal = refusalOf(posting, wallet, now);
  if (refusal) return { wallet, expiresAt, refusal };
  if (program.endedAt) return { wallet, expiresAt, refusal: loyaltyErrors.program_ended.code };
  return { wallet, expiresAt };
}

function refusalOf(
  { amount, kind, effectiveAt, expiresAt }: Posting,
  wallet: Wallet,
  now: Date,
): string | undefined {
  const least = kind === 'adjust' ? -AMOUNT_MAX : 1;
  if (!Number.isInteger(amount) || amount === 0 || amount < least || amount > AMOUNT_MAX)
    return loyaltyErrors.amount_invalid.code;
  if (kind === 'spend' && wallet.kind === 'growth') return loyaltyErrors.wallet_not_spendable.code;
  if (effectiveAt && effectiveAt.getTime() > now.getTime() + DAY_MS) return loyaltyErrors.time_in_future.code;
  if (effectiveAt && effectiveAt < monthsBefore(now, AGE_MONTHS_MAX)) return loyaltyErrors.time_too_old.code;
  if (expiresAt && expiresAt <= (effectiveAt ?? now)) return loyaltyErrors.expiry_invalid.code;
  return undefined;
}

function monthsBefore(now: Date, months: number): Date {
  const then = new Date(now);
  then.setUTCMonth(then.getUTCMonth() - months);
  return then;
}
