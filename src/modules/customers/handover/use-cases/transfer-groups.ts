import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { Events } from '../../../../platform/events/events.js';
import {
  GROUPS_PER_OWNER_AND_DAY_MAX,
  GroupChatsGateway,
  HandoverGateway,
  TRANSFERS_PER_CALL_MAX,
  WecomApiError,
} from '../../../../wecom/index.js';
import { groupChatsHandedOver } from '../../customers.events.js';
import { chinaDay, type Handover, type HandoverOutcome, refusedWith } from '../domain/handover.js';
import { HandoverStore } from '../persistence/handover-store.js';
import { isFinalRefusal, isNotActed } from './wecom-verdicts.js';

const SUBJECT = 'group';
/** Of one group: no page names the code above 300 groups of one owner a day (92127); this one says "too often". */
const DAY_IS_FULL = 45009;

/** The groups of one hand-over: they change hands at once, or not. Outside any unit of work. */
@Injectable()
export class TransferGroups {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly wecom: HandoverGateway,
    private readonly groupChats: GroupChatsGateway,
    private readonly items: HandoverStore,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Calls that nobody answered: the group's owner tells. */
  async resolveUnknown(corpId: CorpId, { id, toUserId }: Handover): Promise<void> {
    const unknown = await this.unit.read(corpId, () => this.items.listIn(id, SUBJECT, 'calling'));
    for (const { wecomId } of unknown) {
      const state = (await this.isOwnedBy(corpId, wecomId, toUserId)) ? 'done' : 'waiting';
      await this.record(corpId, id, [{ wecomId, state }]);
    }
  }

  /** @returns false when nothing is left to ask for today. */
  async submitNext(corpId: CorpId, handover: Handover): Promise<boolean> {
    const { id, kind, toUserId } = handover;
    const chatIds = await this.claim(corpId, handover);
    if (chatIds.length === 0) return false;
    try {
      const failures = await this.wecom.transferGroups(corpId, kind, chatIds, toUserId);
      const tomorrow = chinaDay(this.clock.now()).end;
      const outcomes = chatIds.map((wecomId): HandoverOutcome => {
        const errcode = failures.get(wecomId) ?? 0;
        if (errcode === DAY_IS_FULL) return { wecomId, state: 'waiting', notBefore: tomorrow };
        return errcode === 0 ? { wecomId, state: 'done' } : refusedWith(wecomId, errcode);
      });
      await this.record(corpId, id, outcomes);
      return true;
    } catch (error) {
      if (isNotActed(error))
        await this.record(
          corpId,
          id,
          chatIds.map((wecomId) => ({ wecomId, state: 'waiting' })),
        );
      if (!isFinalRefusal(error)) throw error;
      await this.record(
        corpId,
        id,
        chatIds.map((wecomId) => ({ wecomId, state: 'failed', errcode: error.errcode })),
      );
      await this.unit.run(corpId, () => this.items.settleWaiting(id, 'failed', SUBJECT, error.errcode));
      return false;
    }
  }

  /** No more than WeCom lets one owner give away in a day; the rest waits for tomorrow. */
  private claim(corpId: CorpId, { id, fromUserId }: Handover): Promise<string[]> {
    return this.unit.run(corpId, async () => {
      const { start, end } = chinaDay(this.clock.now());
      const left = GROUPS_PER_OWNER_AND_DAY_MAX - (await this.items.countGroupsSince(fromUserId, start));
      if (left > 0) return this.items.claim(id, SUBJECT, Math.min(left, TRANSFERS_PER_CALL_MAX));
      await this.items.postponeWaiting(id, SUBJECT, end);
      return [];
    });
  }

  /** WeCom makes no callback of it (page 92130), so whoever mirrors groups is told here. */
  private async record(corpId: CorpId, id: string, outcomes: readonly HandoverOutcome[]): Promise<void> {
    const chatIds = outcomes.filter(({ state }) => state === 'done').map(({ wecomId }) => wecomId);
    await this.unit.run(corpId, async () => {
      await this.items.record(id, SUBJECT, outcomes);
      if (chatIds.length > 0) await this.events.append(groupChatsHandedOver, { chatIds });
    });
  }

  private async isOwnedBy(corpId: CorpId, chatId: string, userId: string): Promise<boolean> {
    try {
      const { ownerUserId } = await this.groupChats.get(corpId, chatId);
      return ownerUserId.toLowerCase() === userId.toLowerCase();
    } catch (error) {
      // Gone or hidden: the next call says so with a code of its own.
      if (error instanceof WecomApiError && error.action === 'fail') return false;
      throw error;
    }
  }
}
