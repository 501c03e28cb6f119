import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { type Department, type DepartmentReading, mergeDepartment } from '../domain/department.js';
import { type Answer, mergeStaff, type Staff, type StaffReading } from '../domain/staff.js';
import { DepartmentRepository, type StoredDepartment } from '../persistence/department-repository.js';
import { StaffRepository, type StoredStaff } from '../persistence/staff-repository.js';

export type Change = 'inserted' | 'changed' | 'ended' | 'same';

/** The one way by which WeCom's answers about the directory reach the mirror, from syncs and from events alike. */
@Injectable()
export class RecordDirectory {
  constructor(
    private readonly staff: StaffRepository,
    private readonly departments: DepartmentRepository,
  ) {}

  /** @param followUser whether he has the customer contact permission; left out when this answer does not say. */
  async recordStaff(
    userId: string,
    answer: Answer<StaffReading>,
    readAt: Date,
    followUser?: boolean,
  ): Promise<Change> {
    const stored = await this.staff.lockByUserId(userId);
    if (stored && stored.fetchedAt > readAt) return 'same';
    const merged = mergeStaff(stored && withoutKeys(stored), userId, answer, readAt);
    const next: Staff = { ...merged, isFollowUser: followUser ?? merged.isFollowUser };
    if (!(await this.staff.save(next, readAt))) return 'same';
    if (!stored) return 'inserted';
    if (next.leftAt && !stored.leftAt) return 'ended';
    return isDeepStrictEqual(next, withoutKeys(stored)) ? 'same' : 'changed';
  }

  async recordDepartments(
    answers: readonly { departmentId: number; answer: Answer<DepartmentReading> }[],
    readAt: Date,
  ): Promise<Change[]> {
    const locked = await this.departments.lock(answers.map(({ departmentId }) => departmentId));
    const stored = new Map(locked.map((department) => [department.departmentId, department]));
    const changes: Change[] = [];
    const merged: Department[] = [];
    for (const { departmentId, answer } of answers) {
      const before = stored.get(departmentId);
      if (before && before.fetchedAt > readAt) continue;
      const next = mergeDepartment(before && withoutFetchedAt(before), departmentId, answer, readAt);
      if (!next) continue;
      merged.push(next);
      changes.push(departmentChange(before, next));
    }
    await this.departments.save(merged, readAt);
    return changes;
  }

  /** The userid was changed: the row, its id and its history stay. */
  async renameStaff(userId: string, newUserId: string, readAt: Date): Promise<void> {
    await this.staff.rename(userId, newUserId, readAt);
    await this.departments.renameLeader(userId, newUserId);
  }
}

function departmentChange(before: StoredDepartment | undefined, next: Department): Change {
  if (!before) return 'inserted';
  if (next.deletedAt && !before.deletedAt) return 'ended';
  return isDeepStrictEqual(next, withoutFetchedAt(before)) ? 'same' : 'changed';
}

function withoutKeys({ id: _, fetchedAt: __, ...staff }: StoredStaff): Staff {
  return staff;
}

function withoutFetchedAt({ fetchedAt: _, ...department }: StoredDepartment): Department {
  return department;
}
