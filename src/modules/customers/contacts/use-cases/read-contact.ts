import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { ContactsGateway, WecomApiError, type WecomContact } from '../../../../wecom/index.js';
import type { ReadAt } from '../domain/contact-observation.js';
import { staffKeyOf } from '../domain/staff-key.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { RelationStore } from '../persistence/relation-store.js';
import { StaffReadStore } from '../persistence/staff-read-store.js';

/** What WeCom says about one customer at one moment. */
export interface ReadContact {
  readonly externalUserId: string;
  readonly readAt: ReadAt;
  /** Missing when WeCom shows nothing: no follower left in range, or data withheld. */
  readonly contact?: WecomContact;
  /** True: that there is nothing to see says nothing about what there is. */
  readonly withheld: boolean;
  /** Keys of staff whose relation we hold as active and WeCom, which shows the rest of theirs, no longer lists. */
  readonly vanished: readonly string[];
}

/** Page 92114: unknown customer or no follower in range; page 90313: no relation. */
const GONE: ReadonlySet<number> = new Set([40096, 84061]);
/** Page 92109: withheld, which says nothing about what is there. */
const WITHHELD = 48011;

interface Answer {
  readonly contact?: WecomContact;
  readonly withheld: boolean;
  /** Whether a relation that is not in the answer may be over. */
  readonly speaksOf: (staffKey: string) => boolean;
}

/** Reads one customer in full. Outside any unit of work. */
@Injectable()
export class ReadContactFromWecom {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly contacts: ContactsGateway,
    private readonly customers: CustomerStore,
    private readonly relations: RelationStore,
    private readonly staffReads: StaffReadStore,
  ) {}

  /** @param staffUserId the staff an event is about: when WeCom shows nothing at all, only that relation may be over. */
  async read(corpId: CorpId, externalUserId: string, staffUserId?: string): Promise<ReadContact> {
    const readAt = await this.unit.read(corpId, () => this.customers.readClock());
    const answer = await this.ask(corpId, externalUserId, staffUserId);
    const listed = new Set(answer.contact?.follows.map((follow) => staffKeyOf(follow.userId)));
    const active = await this.unit.read(corpId, () => this.relations.listActiveStaff(externalUserId, readAt));
    const missing = active.filter((key) => !listed.has(key) && answer.speaksOf(key));
    const vanished = missing.length > 0 ? await this.onlyReadable(corpId, missing) : [];
    return { externalUserId, readAt, contact: answer.contact, withheld: answer.withheld, vanished };
  }

  private async ask(
    corpId: CorpId,
    externalUserId: string,
    staffUserId: string | undefined,
  ): Promise<Answer> {
    try {
      const contact = await this.contacts.getContact(corpId, externalUserId);
      return { contact, withheld: false, speaksOf: () => true };
    } catch (error) {
      if (!(error instanceof WecomApiError)) throw error;
      if (error.errcode === WITHHELD) return { withheld: true, speaksOf: () => false };
      if (!GONE.has(error.errcode)) throw error;
      const about = staffUserId === undefined ? undefined : staffKeyOf(staffUserId);
      return { withheld: false, speaksOf: (staffKey) => staffKey === about };
    }
  }

  /**
   * The answer leaves out staff outside the visible range and staff whose data is withheld: their relations are not
   * over. Rarely asked, since most deletions come as an event of their own.
   */
  private async onlyReadable(corpId: CorpId, staffKeys: readonly string[]): Promise<string[]> {
    const serving = new Set((await this.contacts.listFollowUserIds(corpId)).map(staffKeyOf));
    const refused = await this.unit.read(corpId, () => this.staffReads.listRefused(staffKeys));
    return staffKeys.filter((key) => serving.has(key) && !refused.has(key));
  }
}
