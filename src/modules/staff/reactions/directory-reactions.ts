import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { StoredEvent } from '../../../platform/events/event.js';
import { EventConsumers } from '../../../platform/events/event-consumers.js';
import { type DirectoryChanged, directoryChanged, SAME_SECOND_MS } from '../../../wecom/wecom.events.js';
import type { DepartmentReading } from '../domain/department.js';
import type { Answer, StaffReading } from '../domain/staff.js';
import { DirectoryReader } from '../use-cases/directory-reader.js';
import { RecordDirectory } from '../use-cases/record-directory.js';

interface Loaded {
  readonly readAt: Date;
  readonly staff: readonly { userId: string; answer: Answer<StaffReading> }[];
  readonly departments: readonly { departmentId: number; answer: Answer<DepartmentReading> }[];
}

/** Whatever the event says happened, the member or department is read again: events are late, doubled and out of order. */
@Injectable()
export class DirectoryReactions implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly reader: DirectoryReader,
    private readonly record: RecordDirectory,
  ) {}

  onModuleInit(): void {
    this.consumers.register<DirectoryChanged, Loaded>({
      name: 'staff.follow_directory',
      events: [directoryChanged],
      delayMs: SAME_SECOND_MS,
      load: (event) => this.load(event),
      apply: (event, loaded) => this.apply(event.payload, loaded),
    });
  }

  private async load({ corpId, payload }: StoredEvent<DirectoryChanged>): Promise<Loaded> {
    const readAt = await this.unit.read(corpId, () => this.database.now());
    const staff = [];
    for (const userId of [payload.userId, payload.newUserId]) {
      if (userId !== undefined) staff.push({ userId, answer: await this.reader.readStaff(corpId, userId) });
    }
    const departments = [];
    if (payload.departmentId !== undefined) {
      const { departmentId } = payload;
      departments.push({ departmentId, answer: await this.reader.readDepartment(corpId, departmentId) });
    }
    return { readAt, staff, departments };
  }

  private async apply(event: DirectoryChanged, { readAt, staff, departments }: Loaded): Promise<void> {
    const [old] = staff;
    // Renamed only while WeCom does not know the old userid: in a late event it may belong to somebody new.
    const renamedTo = old?.answer.outcome === 'gone' ? event.newUserId : undefined;
    if (old && renamedTo) await this.record.renameStaff(old.userId, renamedTo, readAt);
    for (const { userId, answer } of renamedTo ? staff.slice(1) : staff) {
      await this.record.recordStaff(userId, answer, readAt);
    }
    await this.record.recordDepartments(departments, readAt);
  }
}
