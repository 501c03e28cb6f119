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
      const after = cursor; // the work of a page may run again: what it reads must not move before it is committed
      const holdings = await this.unit.run(corpId, () => this.choosePage(announcement, after, serving));
      cursor = holdings.at(-1)?.couponId ?? cursor;
      more = holdings.length === PAGE;
    }
  }

  private async choosePage(
    { id, batchId }: Announcement,
    after: string | null,
    serving: ReadonlyMap<string, string>,
  ): Promise<Holding[]> {
    const holdings = await this.announcements.listHoldings(batchId, after, PAGE);
    await this.announcements.addRecipients(id, await this.recipientsOf(holdings, serving));
    const last = holdings.at(-1);
    if (last) await this.announcements.moveCursor(id, last.couponId);
    if (holdings.length < PAGE) await this.announcements.markChosen(id);
    return holdings;
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
