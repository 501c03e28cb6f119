import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import type { MissingCount, Sync, SyncItem, SyncPass, SyncStep } from '../../../platform/sync/sync.js';
import { Syncs } from '../../../platform/sync/syncs.js';
import { ContactsGateway, DirectoryGateway } from '../../../wecom/index.js';
import type { DepartmentReading } from '../domain/department.js';
import { type Answer, type StaffReading, staffUserKey } from '../domain/staff.js';
import { DirectorySweep } from '../persistence/directory-sweep.js';
import { StaffRepository } from '../persistence/staff-repository.js';
import { DirectoryReader } from './directory-reader.js';
import { type Change, RecordDirectory } from './record-directory.js';

export const STAFF_SYNC = 'staff.sync';

/** Lists first, then every member; what no list named is asked for one by one before it counts as gone. */
const stages = { lists: 1, member: 2, unseen: 3, member_again: 4, department_again: 5 } as const;

interface Lists {
  readonly kind: 'lists';
  readonly departments: readonly DepartmentReading[];
  readonly followUserIds: readonly string[];
  readonly allUserIds: readonly string[];
}

type Loaded =
  | Lists
  | { readonly kind: 'staff'; readonly answer: Answer<StaffReading> }
  | { readonly kind: 'department'; readonly answer: Answer<DepartmentReading> }
  | { readonly kind: 'nothing' };

/**
 * Pulls departments and staff. The members are those with the customer contact permission and, when the directory
 * assistant is connected, everybody in the corp. Names, positions and states come from here alone: WeCom sends no event
 * for them (page 90970).
 */
@Injectable()
export class StaffSync implements Sync<Loaded>, OnModuleInit {
  readonly kind = STAFF_SYNC;
  readonly first: SyncItem = { stage: stages.lists, key: 'all' };

  constructor(
    private readonly syncs: Syncs,
    private readonly directory: DirectoryGateway,
    private readonly contacts: ContactsGateway,
    private readonly reader: DirectoryReader,
    private readonly record: RecordDirectory,
    private readonly staff: StaffRepository,
    private readonly sweep: DirectorySweep,
  ) {}

  onModuleInit(): void {
    this.syncs.register(this);
  }

  async load(item: SyncItem, { corpId }: SyncPass): Promise<Loaded> {
    switch (item.stage) {
      case stages.lists:
        return this.loadLists(corpId);
      case stages.unseen:
        return { kind: 'nothing' };
      case stages.department_again:
        return { kind: 'department', answer: await this.reader.readDepartment(corpId, Number(item.key)) };
      default:
        return { kind: 'staff', answer: await this.reader.readStaff(corpId, item.key) };
    }
  }

  async apply(item: SyncItem, loaded: Loaded, readAt: Date, pass: SyncPass): Promise<SyncStep> {
    switch (loaded.kind) {
      case 'lists':
        return this.applyLists(loaded, readAt);
      case 'staff':
        return this.applyStaff(item, loaded.answer, readAt);
      case 'department':
        return this.applyDepartment(Number(item.key), loaded.answer, readAt);
      case 'nothing':
        return { items: await this.listUnseen(pass) };
    }
  }

  countMissing(pass: SyncPass): Promise<Record<string, MissingCount>> {
    return this.sweep.countMissing(pass.startedAt);
  }

  endMissing(pass: SyncPass): Promise<number> {
    return this.sweep.endMissing(pass.startedAt);
  }

  private async loadLists(corpId: CorpId): Promise<Lists> {
    const departments = await this.directory.listDepartments(corpId);
    const followUserIds = await this.contacts.listFollowUserIds(corpId);
    const places = (await this.directory.hasAssistant(corpId))
      ? await this.directory.listStaffIds(corpId)
      : [];
    return { kind: 'lists', departments, followUserIds, allUserIds: places.map((place) => place.userId) };
  }

  private async applyLists(lists: Lists, readAt: Date): Promise<SyncStep> {
    const changes = await this.record.recordDepartments(
      lists.departments.map((value) => ({ departmentId: value.id, answer: { outcome: 'known', value } })),
      readAt,
    );
    const counts = countChanges(changes);
    const follow = new Set(lists.followUserIds.map(staffUserKey));
    const userIds = new Map(
      [...lists.allUserIds, ...lists.followUserIds].map((id) => [staffUserKey(id), id]),
    );
    // Those in the lists are read one by one below, with their permission.
    const lost = await this.staff.endFollowUsersBeyond([...userIds.values()]);
    const members = [...userIds].map(([key, userId]) => ({
      stage: stages.member,
      key: userId,
      args: { follow: follow.has(key) },
    }));
    const items = [...members, { stage: stages.unseen, key: 'all' }];
    return { ...counts, changed: counts.changed + lost, items };
  }

  private async listUnseen(pass: SyncPass): Promise<SyncItem[]> {
    const { userIds, departmentIds } = await this.sweep.listUnseen(pass.startedAt);
    return [
      ...userIds.map((key) => ({ stage: stages.member_again, key, args: { follow: false } })),
      ...departmentIds.map((id) => ({ stage: stages.department_again, key: String(id) })),
    ];
  }

  /** Gone is not stored here: the row stays unseen, and the end of the pass decides with the share in view. */
  private async applyStaff(item: SyncItem, answer: Answer<StaffReading>, readAt: Date): Promise<SyncStep> {
    if (answer.outcome === 'gone') return {};
    return countChanges([
      await this.record.recordStaff(item.key, answer, readAt, item.args?.follow === true),
    ]);
  }

  private async applyDepartment(
    departmentId: number,
    answer: Answer<DepartmentReading>,
    readAt: Date,
  ): Promise<SyncStep> {
    if (answer.outcome === 'gone') return {};
    return countChanges(await this.record.recordDepartments([{ departmentId, answer }], readAt));
  }
}

function countChanges(changes: readonly Change[]): { inserted: number; changed: number; ended: number } {
  const count = (kind: Change): number => changes.filter((change) => change === kind).length;
  return { inserted: count('inserted'), changed: count('changed'), ended: count('ended') };
}
