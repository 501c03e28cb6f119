import { Injectable } from '@nestjs/common';
import { isSameOwner } from '../../../../platform/auth/current-key.js';
import { isTimeZone, periodOf } from '../../../../platform/clock/calendar.js';
import { Database } from '../../../../platform/database/database.js';
import { Events } from '../../../../platform/events/events.js';
import { Connections } from '../../../../wecom/index.js';
import { couponsErrors } from '../../coupons.errors.js';
import { batchChanged } from '../../coupons.events.js';
import { Templates } from '../../templates/queries/templates.js';
import {
  BATCH_TRANSITIONS,
  type BatchAmounts,
  type BatchState,
  type BatchWanted,
  type BatchWithTerms,
  faultOfBatch,
  isMore,
} from '../domain/batch.js';
import { BatchStore } from '../persistence/batch-store.js';
import { StockStore } from '../persistence/stock-store.js';
import { Batches } from '../queries/batches.js';

/** Compares what the caller has seen with what is locked. */
type Check = (batch: BatchWithTerms) => void;

/** Batches from the draft to the end. Inside an open unit of work. */
@Injectable()
export class ChangeBatches {
  constructor(
    private readonly store: BatchStore,
    private readonly stock: StockStore,
    private readonly templates: Templates,
    private readonly batches: Batches,
    private readonly events: Events,
    private readonly connections: Connections,
    private readonly database: Database,
  ) {}

  /**
   * @param wanted without a time zone it is the corp's.
   * @throws coupons.version_not_found, template_archived, batch_invalid, time_zone_unknown
   */
  async draft(
    { timeZone, ...rest }: Omit<BatchWanted, 'timeZone'> & { timeZone: string | undefined },
    owner: string,
  ): Promise<BatchWithTerms> {
    const corp = () => this.connections.get(this.database.corpId);
    const wanted = { ...rest, timeZone: timeZone ?? (await corp()).timeZone };
    await this.assertSound(wanted);
    return this.told(await this.store.insert(wanted, owner));
  }

  /** What is not named stays. @throws as `draft`, and coupons.batch_not_found, batch_state_refused */
  async edit(id: string, change: Partial<BatchWanted>, owner: string, check: Check): Promise<BatchWithTerms> {
    const batch = await this.lock(id, check);
    if (batch.state !== 'draft') throw couponsErrors.batch_state_refused({ state: batch.state });
    const wanted = { ...batch, ...change };
    await this.assertSound(wanted);
    await this.store.rewrite(id, wanted, owner);
    return this.told(id);
  }

  /** @throws coupons.batch_not_found, batch_state_refused, approver_same_owner */
  async approve(id: string, owner: string, check: Check): Promise<BatchWithTerms> {
    const batch = await this.lock(id, check);
    assertTransition(batch, 'approved');
    assertAnother(owner, [batch.createdBy, ...batch.editedBy]);
    await this.stock.open(id, batch.stock, batch.budget);
    await this.store.move(id, 'approved', owner);
    return this.told(id);
  }

  /** @throws coupons.batch_not_found, batch_state_refused */
  async move(id: string, to: Exclude<BatchState, 'draft' | 'approved'>): Promise<BatchWithTerms> {
    const batch = await this.lock(id);
    assertTransition(batch, to);
    await this.store.move(id, to, batch.approvedBy);
    return this.told(id);
  }

  /**
   * Other amounts for a batch that was approved: downwards to what is left at once; higher ones are asked for, until another
   * owner approves them. What was asked for before is forgotten. Whether there is a budget at all was decided by the approval.
   * @throws coupons.batch_not_found, batch_state_refused, batch_invalid, stock_below_issued, budget_below_spent
   */
  async setAmounts(
    id: string,
    change: Partial<BatchAmounts>,
    owner: string,
    check: Check,
  ): Promise<BatchWithTerms> {
    const batch = await this.lock(id, check);
    assertIssuable(batch);
    const wanted = { ...batch, ...change };
    assertSameLimits(batch, wanted);
    if (!isMore(wanted, batch)) return this.apply(batch, wanted);
    const { stock, budget, dailyBudget } = wanted;
    await this.store.askForAmounts(id, { stock, budget, dailyBudget, askedBy: owner });
    return this.told(id);
  }

  /** @throws as `setAmounts`, and coupons.amounts_not_asked, approver_same_owner */
  async approveAmounts(id: string, owner: string, check: Check): Promise<BatchWithTerms> {
    const batch = await this.lock(id, check);
    assertIssuable(batch);
    if (!batch.askedAmounts) throw couponsErrors.amounts_not_asked();
    const { askedBy, ...amounts } = batch.askedAmounts;
    assertAnother(owner, [askedBy]);
    return this.apply(batch, { ...batch, ...amounts });
  }

  private async apply(batch: BatchWithTerms, wanted: BatchWithTerms): Promise<BatchWithTerms> {
    await this.store.setAmounts(batch.id, wanted);
    const delta = wanted.stock - batch.stock;
    if (delta !== 0 && !(await this.stock.change(batch.id, delta))) throw couponsErrors.stock_below_issued();
    await this.setBudgets(wanted);
    return this.told(batch.id);
  }

  private async setBudgets({ id, budget, dailyBudget, timeZone }: BatchWithTerms): Promise<void> {
    const today = periodOf(await this.database.now(), timeZone, 'day').key;
    const isDone =
      (budget === null || (await this.stock.setBudget(id, budget))) &&
      (dailyBudget === null || (await this.stock.setDailyBudget(id, dailyBudget, today)));
    if (!isDone) throw couponsErrors.budget_below_spent();
  }

  private async assertSound(wanted: BatchWanted): Promise<void> {
    const { terms } = await this.templates.getUsableVersion(wanted.versionId);
    if (!isTimeZone(wanted.timeZone) || !(await this.database.knowsTimeZone(wanted.timeZone)))
      throw couponsErrors.time_zone_unknown();
    const field = faultOfBatch(wanted, terms);
    if (field !== undefined) throw couponsErrors.batch_invalid({ field });
  }

  private async lock(id: string, check?: Check): Promise<BatchWithTerms> {
    const batch = await this.store.lock(id);
    if (!batch) throw couponsErrors.batch_not_found();
    check?.(batch);
    return batch;
  }

  private async told(id: string): Promise<BatchWithTerms> {
    const batch = await this.batches.get(id);
    await this.events.append(batchChanged, { batchId: id, state: batch.state, version: batch.version });
    return batch;
  }
}

function assertTransition({ state }: BatchWithTerms, to: BatchState): void {
  if (!BATCH_TRANSITIONS[state].includes(to)) throw couponsErrors.batch_state_refused({ state });
}

/** Nothing is issued of others, now or later. */
function assertIssuable({ state }: BatchWithTerms): void {
  if (!['approved', 'running', 'paused'].includes(state)) throw couponsErrors.batch_state_refused({ state });
}

function assertAnother(owner: string, than: readonly string[]): void {
  if (than.some((one) => isSameOwner(one, owner))) throw couponsErrors.approver_same_owner();
}

function assertSameLimits(batch: BatchWithTerms, wanted: BatchWithTerms): void {
  for (const field of ['budget', 'dailyBudget'] as const)
    if ((batch[field] === null) !== (wanted[field] === null)) throw couponsErrors.batch_invalid({ field });
  const field = faultOfBatch(wanted, wanted.terms);
  if (field !== undefined) throw couponsErrors.batch_invalid({ field });
}
