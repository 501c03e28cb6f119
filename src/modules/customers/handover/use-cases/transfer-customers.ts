import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import {
  ContactsGateway,
  HandoverGateway,
  type TransferResult,
  TRANSFERS_PER_CALL_MAX,
} from '../../../../wecom/index.js';
import { ReadContactFromWecom } from '../../contacts/use-cases/read-contact.js';
import { StoreContact } from '../../contacts/use-cases/store-contact.js';
import {
  type Handover,
  type HandoverOutcome,
  isGivenUp,
  refusedWith,
  TAKEOVER_AFTER_MS,
} from '../domain/handover.js';
import { HandoverStore, type OpenItem } from '../persistence/handover-store.js';
import { isFinalRefusal, isNotActed } from './wecom-verdicts.js';

const SUBJECT = 'customer';

/** The customers of one hand-over. Outside any unit of work; each step may be the last before a kill. */
@Injectable()
export class TransferCustomers {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly wecom: HandoverGateway,
    private readonly contacts: ContactsGateway,
    private readonly items: HandoverStore,
    private readonly reading: ReadContactFromWecom,
    private readonly storing: StoreContact,
    private readonly clock: Clock,
  ) {}

  /** All that WeCom lists as the former member's; done again it adds nothing twice. */
  async list(corpId: CorpId, { id, kind, fromUserId }: Handover): Promise<void> {
    if (kind === 'in_service') {
      const ids = await this.contacts.listExternalUserIds(corpId, fromUserId);
      await this.unit.run(corpId, () => this.items.addItems(id, SUBJECT, ids));
    } else {
      await this.listUnassigned(corpId, id, fromUserId.toLowerCase());
    }
    await this.unit.run(corpId, () => this.items.markListed(id));
  }

  /** Calls that nobody answered: WeCom's list of results tells which of them it took. */
  async resolveUnknown(corpId: CorpId, handover: Handover): Promise<void> {
    const unknown = await this.unit.read(corpId, () => this.items.listIn(handover.id, SUBJECT, 'calling'));
    if (unknown.length === 0) return;
    const results = await this.resultsOrRefusal(corpId, handover, unknown, 'unknown');
    const outcomes = unknown.map((item): HandoverOutcome => {
      const result = results.get(item.wecomId);
      const isTaken = result !== undefined && isOfThisCall(result, item);
      return {
        wecomId: item.wecomId,
        state: isTaken ? 'accepted' : 'waiting',
        takeoverAt: result?.takeoverAt,
      };
    });
    await this.unit.run(corpId, () => this.items.record(handover.id, SUBJECT, outcomes));
  }

  /** @returns false when nothing is left to ask for. */
  async submitNext(corpId: CorpId, handover: Handover): Promise<boolean> {
    const { id, message } = handover;
    const ids = await this.unit.run(corpId, () => this.items.claim(id, SUBJECT, TRANSFERS_PER_CALL_MAX));
    if (ids.length === 0) return false;
    const record = (outcomes: HandoverOutcome[]) =>
      this.unit.run(corpId, () => this.items.record(id, SUBJECT, outcomes));
    try {
      const answers = await this.wecom.transferCustomers(corpId, handover, ids, message ?? undefined);
      const takeoverAt = new Date(this.clock.now().getTime() + TAKEOVER_AFTER_MS);
      await record(
        answers.map(({ externalUserId: wecomId, errcode }) =>
          errcode === 0 ? { wecomId, state: 'accepted', takeoverAt } : refusedWith(wecomId, errcode),
        ),
      );
      return true;
    } catch (error) {
      if (isNotActed(error)) await record(ids.map((wecomId) => ({ wecomId, state: 'waiting' })));
      if (!isFinalRefusal(error)) throw error;
      // It is about the two members, so the next hundred would be refused as well.
      await record(ids.map((wecomId) => ({ wecomId, state: 'failed', errcode: error.errcode })));
      await this.unit.run(corpId, () => this.items.settleWaiting(id, 'failed', SUBJECT, error.errcode));
      return false;
    }
  }

  /** Accepted is not done: asks what became of them, and reads those again who have changed hands. */
  async poll(corpId: CorpId, handover: Handover, signal: AbortSignal): Promise<void> {
    const { id } = handover;
    const accepted = await this.unit.read(corpId, () => this.items.listIn(id, SUBJECT, 'accepted'));
    if (accepted.length === 0) return;
    const results = await this.resultsOrRefusal(corpId, handover, accepted, 'failed');
    const now = this.clock.now();
    const outcomes = accepted.flatMap((item) => outcomeOf(item, results.get(item.wecomId), now));
    await this.unit.run(corpId, () => this.items.record(id, SUBJECT, outcomes));
    for (const { wecomId } of accepted) {
      const result = results.get(wecomId);
      if (signal.aborted) return;
      if (result?.status === 'done') await this.takeOver(corpId, id, result);
    }
  }

  /** Often no add event comes (page 92125), so the mirror is shown the new member here. */
  private async takeOver(corpId: CorpId, id: string, result: TransferResult): Promise<void> {
    const { externalUserId, takeoverAt } = result;
    const read = await this.reading.read(corpId, externalUserId);
    await this.unit.run(corpId, async () => {
      await this.storing.store(read);
      await this.items.record(id, SUBJECT, [{ wecomId: externalUserId, state: 'done', takeoverAt }]);
    });
  }

  /** Where WeCom will not speak of the two any more (one was deleted), it never will of these: that is their end. */
  private async resultsOrRefusal(
    corpId: CorpId,
    handover: Handover,
    open: readonly OpenItem[],
    state: 'failed' | 'unknown',
  ): Promise<Map<string, TransferResult>> {
    try {
      return await this.results(corpId, handover);
    } catch (error) {
      if (!isFinalRefusal(error)) throw error;
      const outcomes = open.map(({ wecomId }) => ({ wecomId, state, errcode: error.errcode }));
      await this.unit.run(corpId, () => this.items.record(handover.id, SUBJECT, outcomes));
      return new Map();
    }
  }

  private async results(corpId: CorpId, pair: Handover): Promise<Map<string, TransferResult>> {
    const results = new Map<string, TransferResult>();
    for (let cursor = ''; ;) {
      const page = await this.wecom.listResults(corpId, pair, cursor);
      for (const item of page.items) results.set(item.externalUserId, item);
      if (page.nextCursor === '' || page.nextCursor === cursor) return results;
      cursor = page.nextCursor;
    }
  }

  private async listUnassigned(corpId: CorpId, id: string, fromKey: string): Promise<void> {
    for (let cursor = ''; ;) {
      const page = await this.wecom.listUnassigned(corpId, cursor);
      const own = page.items.filter(({ userId }) => userId.toLowerCase() === fromKey);
      const ids = own.map(({ externalUserId }) => externalUserId);
      await this.unit.run(corpId, () => this.items.addItems(id, SUBJECT, ids));
      if (page.nextCursor === '' || page.nextCursor === cursor) return;
      cursor = page.nextCursor;
    }
  }
}

/** The list also holds what became of an earlier transfer between the two; a refusal has no time to tell it by. */
function isOfThisCall({ status, takeoverAt }: TransferResult, { calledAt }: OpenItem): boolean {
  return status === 'waiting' || (status === 'done' && takeoverAt !== undefined && takeoverAt >= calledAt);
}

/** Of one that is done only the re-read is missing. */
function outcomeOf(item: OpenItem, result: TransferResult | undefined, now: Date): HandoverOutcome[] {
  const { wecomId } = item;
  switch (result?.status) {
    case 'done':
      return [];
    case 'refused_by_customer':
    case 'taker_full':
      return [{ wecomId, state: result.status }];
    default:
      if (isGivenUp(item.calledAt, now)) return [{ wecomId, state: 'unknown' }];
      return [{ wecomId, state: 'accepted', takeoverAt: result?.takeoverAt }];
  }
}
