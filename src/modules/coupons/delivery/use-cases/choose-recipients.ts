import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { ContactsGateway } from '../../../../wecom/index.js';
import { CustomersFacade } from '../../../customers/index.js';
import type { Announcement } from '../domain/announcement.js';
import { AnnouncementStore, type ChosenRecipient, type Holding } from '../persistence/announcement-store.js';

const PAGE = 1_000;

/**
 * Who holds a coupon of the batch, and which member would send him the message: the responsible one, that is he whom the
 * customer follows last, as profiles show him. Each page is a transaction that moves the cursor, so a kill loses nothing.
 */
@Injectable()
export class ChooseRecipients {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly contacts: ContactsGateway,
    private readonly customers: CustomersFacade,
    private readonly announcements: AnnouncementStore,
  ) {}

  /** Outside any unit of work. */
  async choose(corpId: CorpId, announcement: Announcement, signal: AbortSignal): Promise<void> {
    const userIds = await this.contacts.listFollowUserIds(corpId);
    const serving = new Map(userIds.map((userId) => [userId.toLowerCase(), userId]));
    let { cursor } = announcement;
    for (let more = true; more;) {
      signal.throwIfAborted();
      more = await this.unit.run(corpId, async () => {
        const holdings = await this.announcements.listHoldings(announcement.batchId, cursor, PAGE);
        await this.announcements.addRecipients(announcement.id, await this.recipientsOf(holdings, serving));
        cursor = holdings.at(-1)?.couponId ?? cursor;
        if (cursor !== null) await this.announcements.moveCursor(announcement.id, cursor);
        if (holdings.length === PAGE) return true;
        await this.announcements.markChosen(announcement.id);
        return false;
      });
    }
  }

  /** By the person: whichever of his customers can be reached, and the same one for each of his coupons. */
  private async recipientsOf(
    holdings: readonly Holding[],
    serving: ReadonlyMap<string, string>,
  ): Promise<ChosenRecipient[]> {
    if (holdings.length === 0) return [];
    const persons = await this.customers.customersOfMany(holdings.map(({ customerId }) => customerId));
    const everybody = [...new Set([...persons.values()].flat())];
    const contacts = await this.customers.contactsOf(everybody);
    const standing = await this.customers.standingOf(everybody);
    return holdings.map(({ couponId, customerId }): ChosenRecipient => {
      const ids = persons.get(customerId) ?? [customerId];
      for (const id of ids) {
        const { externalUserId = '', staffUserIds = [] } = contacts.get(id) ?? {};
        const sender = staffUserIds.map((userId) => serving.get(userId.toLowerCase())).find(Boolean);
        if (sender !== undefined) return { couponId, customerId: id, externalUserId, senderUserId: sender };
      }
      const unreached = { couponId, customerId: ids[0] ?? customerId };
      if (ids.some((id) => contacts.has(id))) return { ...unreached, rule: 'no_staff_in_scope' };
      return { ...unreached, rule: standing.get(customerId)?.isErased ? 'erased' : 'not_followed' };
    });
  }
}
