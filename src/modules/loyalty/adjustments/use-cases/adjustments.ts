import { Injectable } from '@nestjs/common';
import { isSameOwner, plainOwner } from '../../../../platform/auth/current-key.js';
import { Clock } from '../../../../platform/clock/clock.js';
import { CustomersFacade } from '../../../customers/index.js';
import { refusalOf } from '../../ledger/domain/refusal.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { periodOf } from '../../programs/domain/program-time.js';
import type { Program } from '../../programs/domain/program.js';
import { Programs } from '../../programs/queries/programs.js';
import { adjustmentsErrors } from '../adjustments.errors.js';
import {
  type Adjustment,
  type AdjustmentLimit,
  type AdjustmentRequest,
  isSame,
  needsApproval,
} from '../domain/adjustment.js';
import { AdjustmentStore } from '../persistence/adjustment-store.js';

/** Corrections by staff: small ones at once, larger ones when somebody else agrees. Inside an open unit of work. */
@Injectable()
export class Adjustments {
  constructor(
    private readonly store: AdjustmentStore,
    private readonly programs: Programs,
    private readonly ledger: Ledger,
    private readonly customers: CustomersFacade,
    private readonly clock: Clock,
  ) {}

  /**
   * @param by the owner of the key that asks; owners are kept in one spelling.
   * @returns the adjustment, posted when it is within the limit, else waiting; for a repeated key the one of the first time.
   * @throws loyalty.program_not_found, program_ended, wallet_not_found, customer_not_found, key_reused, and what the ledger
   * refuses
   */
  async request(wanted: AdjustmentRequest, by: string): Promise<Adjustment> {
    const program = await this.programs.get(wanted.programId);
    if (!program.wallets.some(({ key }) => key === wanted.wallet)) throw loyaltyErrors.wallet_not_found();
    if (wanted.amount === 0) throw loyaltyErrors.amount_invalid();
    const made = await this.store.insert(wanted, plainOwner(by));
    if (!made) return this.repeated(wanted);
    if (program.endedAt) throw loyaltyErrors.program_ended();
    const [known] = await this.customers.known([wanted.customerId]);
    if (known === undefined) throw loyaltyErrors.customer_not_found(); // nobody could approve it
    return (await this.isForOthers(program, made)) ? made : this.post(made, { by: null, reason: null });
  }

  private async isForOthers(program: Program, { amount, requestedBy }: Adjustment): Promise<boolean> {
    await this.store.takeTurn(program.id, requestedBy);
    const { startsAt } = periodOf(this.clock.now(), program.timeZone, 'day');
    const alone = await this.store.sumAlone(program.id, requestedBy, startsAt);
    return needsApproval(amount, requestedBy, await this.store.limitOf(program.id), alone);
  }

  /** @throws loyalty.adjustment_not_found, adjustment_decided, approver_same_owner, and what the ledger refuses */
  async approve(id: string, by: string, reason: string | null): Promise<Adjustment> {
    return this.post(await this.lockForOther(id, by), { by: plainOwner(by), reason });
  }

  /** @throws loyalty.adjustment_not_found, adjustment_decided, approver_same_owner */
  async refuse(id: string, by: string, reason: string | null): Promise<Adjustment> {
    await this.lockForOther(id, by);
    return this.store.decide(id, { state: 'refused', by: plainOwner(by), reason, transferId: null });
  }

  /** @throws loyalty.adjustment_not_found, adjustment_decided, adjustment_of_others */
  async withdraw(id: string, by: string, reason: string | null): Promise<Adjustment> {
    const { requestedBy } = await this.lockUndecided(id);
    if (!isSameOwner(requestedBy, by)) throw adjustmentsErrors.adjustment_of_others();
    return this.store.decide(id, { state: 'withdrawn', by: plainOwner(by), reason, transferId: null });
  }

  /** @throws loyalty.program_not_found */
  async setLimit(programId: string, points: number, owner: string): Promise<AdjustmentLimit> {
    await this.programs.get(programId);
    return this.store.setLimit(programId, points, plainOwner(owner));
  }

  private async repeated(wanted: AdjustmentRequest): Promise<Adjustment> {
    const first = await this.store.byKey(wanted.programId, wanted.key);
    if (!isSame(first, wanted)) throw loyaltyErrors.key_reused();
    return first;
  }

  private async lockUndecided(id: string): Promise<Adjustment> {
    const found = await this.store.lock(id);
    if (!found) throw adjustmentsErrors.adjustment_not_found();
    if (found.state !== 'requested') throw adjustmentsErrors.adjustment_decided({ state: found.state });
    return found;
  }

  private async lockForOther(id: string, by: string): Promise<Adjustment> {
    const found = await this.lockUndecided(id);
    if (isSameOwner(found.requestedBy, by)) throw adjustmentsErrors.approver_same_owner();
    return found;
  }

  private async post(
    { id, programId, customerId, wallet, amount, reason }: Adjustment,
    decision: { by: string | null; reason: string | null },
  ): Promise<Adjustment> {
    const key = `adjustment:${id}`;
    const [result] = await this.ledger.post([
      { key, programId, customerId, wallet, kind: 'adjust', amount, reason },
    ]);
    if (!result) throw new Error('the ledger gave no result');
    if (result.outcome === 'refused') throw refusalOf(result.code);
    return this.store.decide(id, { state: 'approved', ...decision, transferId: result.transferId });
  }
}
