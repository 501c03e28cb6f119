import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../../platform/clock/clock.js';
import { CustomersFacade } from '../../../../customers/index.js';
import { loyaltyErrors } from '../../../loyalty.errors.js';
import { Programs } from '../../../programs/queries/programs.js';
import { canExpireAt, type Hold, type HoldRequest, isSameHold } from '../domain/hold.js';
import { holdsErrors } from '../holds.errors.js';
import { HeldLots } from '../persistence/held-lots.js';
import { HoldStore } from '../persistence/hold-store.js';
import { HoldJobs } from './hold-jobs.js';

/** Reserves points. Inside an open unit of work, which it joins: both happen, or neither. */
@Injectable()
export class Holds {
  constructor(
    private readonly store: HoldStore,
    private readonly lots: HeldLots,
    private readonly programs: Programs,
    private readonly customers: CustomersFacade,
    private readonly jobs: HoldJobs,
    private readonly clock: Clock,
  ) {}

  /**
   * Reserves what expires first from all accounts of the person. Until the hold is resolved these points are neither spent
   * nor expired, whatever comes.
   * @returns for a repeated key the hold of the first time, as it is now.
   * @throws loyalty.program_not_found, program_ended, wallet_not_found, wallet_not_spendable, hold_expiry_invalid, key_reused,
   *   customer_not_found, member_frozen, points_insufficient
   */
  async create(wanted: HoldRequest): Promise<Hold> {
    const repeated = await this.store.findByKey(wanted.programId, wanted.key);
    if (repeated) return this.sameAs(repeated, wanted);
    const walletId = await this.walletOf(wanted);
    const hold = await this.store.insert(wanted);
    if (!hold) return this.sameAs(await this.store.findByKey(wanted.programId, wanted.key), wanted);
    await this.reserve(hold, walletId);
    await this.jobs.expireLater(hold);
    return hold;
  }

  private sameAs(hold: Hold | undefined, wanted: HoldRequest): Hold {
    if (!hold || !isSameHold(hold, wanted)) throw loyaltyErrors.key_reused();
    return hold;
  }

  private async walletOf({ programId, wallet, expiresAt }: HoldRequest): Promise<string> {
    const { wallets, endedAt } = await this.programs.get(programId);
    const found = wallets.find(({ key }) => key === wallet);
    if (!found) throw loyaltyErrors.wallet_not_found();
    if (found.kind !== 'spendable') throw loyaltyErrors.wallet_not_spendable();
    const now = this.clock.now();
    if (endedAt && endedAt <= now) throw loyaltyErrors.program_ended();
    if (!canExpireAt(expiresAt, now)) throw holdsErrors.hold_expiry_invalid();
    return found.id;
  }

  private async reserve({ id, customerId, amount }: Hold, walletId: string): Promise<void> {
    const [known] = await this.customers.known([customerId]);
    if (known === undefined) throw loyaltyErrors.customer_not_found();
    const person = await this.customers.customersOf(customerId);
    const accounts = await this.lots.lockAccounts(person, walletId);
    if (accounts.some((account) => account.customerId === customerId && account.isFrozen))
      throw loyaltyErrors.member_frozen();
    const own = (account: { customerId: string }): number => (account.customerId === customerId ? 0 : 1);
    const usable = accounts.filter(({ isFrozen }) => !isFrozen).toSorted((a, b) => own(a) - own(b));
    const ids = usable.map((account) => account.id);
    if (!(await this.lots.reserve(id, ids, amount, this.clock.now())))
      throw loyaltyErrors.points_insufficient();
  }
}
