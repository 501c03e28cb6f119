import { Injectable } from '@nestjs/common';
import type {
  MissingCount,
  RoundSync,
  SyncItem,
  SyncPass,
  SyncReading,
  SyncStep,
} from '../../../../platform/sync/sync.js';
import { ContactsGateway, WecomApiError, type WecomContactsOfStaff } from '../../../../wecom/index.js';
import { readAtOf } from '../domain/contact-observation.js';
import { decideRefusal, type ListingRefusal } from '../domain/listing-refusal.js';
import { observeListing } from '../domain/observe.js';
import { groupStaff, halveGroup } from '../domain/staff-groups.js';
import { staffKeyOf } from '../domain/staff-key.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { RelationSweep } from '../persistence/relation-sweep.js';
import type { WrittenRelation } from '../persistence/relation-store.js';
import { StaffReadStore } from '../persistence/staff-read-store.js';
import { Losses } from './losses.js';
import { MirrorContacts } from './mirror-contacts.js';
import { TellRelations } from './tell-relations.js';

export const CUSTOMERS_SYNC = 'customers.sync';

/** WeCom's errcode for staff without an interface licence (page 90313); the listing names them instead of failing. */
const NO_LICENCE = 701008;
const UNREAD_STAFF_SHOWN_MAX = 200;
const GROUP_STAGE = 1;
/** A first pass reads also what begins meanwhile, whose callback then finds nothing new. */
const RECENT_MS = 3_600_000;
/** A cursor may expire while the pass waits; one that expires again and again would keep the pass turning for ever. */
const RESTARTS_MAX = 5;

/** What is left to read of one group of staff. */
interface GroupArgs {
  readonly staffUserIds: readonly string[];
  /** Empty at the start of the listing. */
  readonly cursor: string;
  readonly unlicensedUserIds: readonly string[];
  /** How often WeCom did not know its own cursor any more. */
  readonly restarts: number;
}

type Loaded =
  | { kind: 'staff'; userIds: string[] }
  | { kind: 'page'; page: WecomContactsOfStaff }
  | { kind: 'refused'; errcode: number; refusal: ListingRefusal };

/**
 * Pulls all customers: who serves customers, then their customers in fixed groups of staff, page by page. A page is
 * stored together with the cursor after it.
 */
@Injectable()
export class CustomersSync implements RoundSync<Loaded> {
  readonly kind = CUSTOMERS_SYNC;
  readonly first: SyncItem = { stage: 0, key: 'follow-users' };

  constructor(
    private readonly contacts: ContactsGateway,
    private readonly mirror: MirrorContacts,
    private readonly customers: CustomerStore,
    private readonly staffReads: StaffReadStore,
    private readonly sweep: RelationSweep,
    private readonly losses: Losses,
    private readonly telling: TellRelations,
  ) {}

  async load(item: SyncItem, pass: SyncPass): Promise<Loaded> {
    if (item.stage < GROUP_STAGE) {
      return { kind: 'staff', userIds: await this.contacts.listFollowUserIds(pass.corpId) };
    }
    const { staffUserIds, cursor, restarts } = groupOf(item);
    try {
      const page = await this.contacts.listByStaff(pass.corpId, [...staffUserIds], cursor);
      if (cursor !== '' && page.nextCursor === cursor)
        throw new Error('WeCom repeats the cursor it was given');
      return { kind: 'page', page };
    } catch (error) {
      if (!(error instanceof WecomApiError)) throw error;
      const refusal = decideRefusal(error.errcode, staffUserIds.length);
      const inCircles = refusal === 'restart' && (cursor === '' || restarts === RESTARTS_MAX);
      if (!refusal || inCircles) throw error;
      return { kind: 'refused', errcode: error.errcode, refusal };
    }
  }

  /** All pages of the round are stored by the same statements. */
  async applyRound(readings: readonly SyncReading<Loaded>[], readAt: Date): Promise<SyncStep[]> {
    const pages = readings.flatMap(({ loaded }) => (loaded.kind === 'page' ? [loaded.page] : []));
    const counts = await this.storePages(pages, readAt);
    const steps: SyncStep[] = [];
    for (const reading of readings) steps.push(await this.stepAfter(reading));
    return steps.map((step, index) => (index === 0 ? { ...step, ...counts } : step));
  }

  async countMissing(pass: SyncPass): Promise<Record<string, MissingCount>> {
    return { relations: await this.sweep.count(pass.startedAt) };
  }

  async endMissing(pass: SyncPass): Promise<number> {
    const ended = await this.sweep.end(pass.startedAt);
    const unique = [...new Set(ended.map(({ customerId }) => customerId))];
    await this.telling.ended(ended, 'unknown');
    await this.customers.touch(unique);
    await this.losses.settle(unique);
    await this.telling.synced(unique);
    return ended.length;
  }

  async report(pass: SyncPass): Promise<object> {
    return { unreadStaff: await this.staffReads.listRefusedSince(pass.startedAt, UNREAD_STAFF_SHOWN_MAX) };
  }

  private async storePages(
    pages: readonly WecomContactsOfStaff[],
    readAt: Date,
  ): Promise<{ inserted: number; changed: number }> {
    const items = pages.flatMap((page) => page.items);
    const { inserted, changed, reopened, revived } = await this.mirror.apply(
      observeListing(items, readAtOf(readAt)),
    );
    await this.telling.started([...(await this.newAmong(inserted, readAt)), ...reopened]);
    await this.losses.settle(revived);
    await this.telling.synced([...new Set([...inserted, ...changed].map((relation) => relation.customerId))]);
    return { inserted: inserted.length, changed: changed.length };
  }

  /** A relation that a callback has not told, or not yet, is no news where nobody has read all of its staff before. */
  private async newAmong(inserted: readonly WrittenRelation[], readAt: Date): Promise<WrittenRelation[]> {
    if (inserted.length === 0) return [];
    const keys = new Set(inserted.map(({ observed }) => staffKeyOf(observed.staffUserId)));
    const read = await this.staffReads.listRead([...keys]);
    const recently = readAt.getTime() - RECENT_MS;
    return inserted.filter(
      ({ observed: { staffUserId, followedAt } }) =>
        read.has(staffKeyOf(staffUserId)) || followedAt.getTime() > recently,
    );
  }

  private async stepAfter({ item, loaded }: SyncReading<Loaded>): Promise<SyncStep> {
    if (loaded.kind === 'staff') return { items: groupStaff(loaded.userIds).map(groupItem) };
    const group = groupOf(item);
    if (loaded.kind === 'page') return this.stepAfterPage(group, loaded.page);
    switch (loaded.refusal) {
      case 'restart':
        return { again: { ...group, cursor: '', restarts: group.restarts + 1 } };
      case 'divide':
        return { items: halveGroup(group.staffUserIds).map(groupItem) };
      case 'empty':
        await this.staffReads.record(group.staffUserIds);
        return {};
      case 'unreadable':
        await this.staffReads.record(group.staffUserIds, loaded.errcode);
        return {};
    }
  }

  private async stepAfterPage(group: GroupArgs, page: WecomContactsOfStaff): Promise<SyncStep> {
    const unlicensedUserIds = [...new Set([...group.unlicensedUserIds, ...page.unlicensedUserIds])];
    if (page.nextCursor) return { again: { ...group, cursor: page.nextCursor, unlicensedUserIds } };
    await this.staffReads.record(group.staffUserIds);
    await this.staffReads.record(unlicensedUserIds, NO_LICENCE);
    return {};
  }
}

/** The first staff names the group: nobody is in two groups that are open at once. */
function groupItem(staffUserIds: readonly string[]): SyncItem {
  const args: GroupArgs = { staffUserIds, cursor: '', unlicensedUserIds: [], restarts: 0 };
  return { stage: GROUP_STAGE, key: `${staffUserIds[0]}+${staffUserIds.length}`, args: { ...args } };
}

function groupOf(item: SyncItem): GroupArgs {
  return item.args as unknown as GroupArgs; // reason for the cast: stored by groupItem or stepAfter and nobody else
}
