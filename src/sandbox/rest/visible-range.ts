import type { Corp } from '../world/corp.js';
import type { SandboxApp, StaffMember } from '../world/corp.types.js';
import type { Call } from './endpoint.js';
import { WecomError } from './wecom-error.js';

/** 可见范围: chosen departments with everything below them, and single members. The assistant sees the corp. */
export class VisibleRange {
  readonly departmentIds: ReadonlySet<number>;
  private readonly userIds: ReadonlySet<string>;

  constructor(
    private readonly corp: Corp,
    private readonly app: SandboxApp,
  ) {
    this.departmentIds = corp.subtree(app.kind === 'assistant' ? [1] : app.visibleDepartmentIds);
    this.userIds = new Set(app.visibleUserIds.map((userId) => userId.toLowerCase()));
  }

  includes(staff: StaffMember): boolean {
    return (
      this.userIds.has(staff.userId.toLowerCase()) ||
      staff.departmentIds.some((id) => this.departmentIds.has(id))
    );
  }

  staff(): StaffMember[] {
    return this.corp.state.staff.filter((staff) => this.includes(staff));
  }

  /** Members whose customers the app may read: 客户联系 permission, activated, in range (page 92571). */
  serving(): StaffMember[] {
    return this.staff().filter((staff) => staff.contactPermission && staff.status === 1);
  }
}

/** The member behind a `userid` of a customer contact call. */
export function servingMember(
  call: Call,
  userId: string,
  range = new VisibleRange(call.corp, call.app),
): StaffMember {
  const staff = call.corp.findStaff(userId);
  if (!staff) throw new WecomError(40003);
  if (!range.includes(staff)) throw new WecomError(60021);
  return staff;
}

export function refuseInactive(call: Call, staff: StaffMember): void {
  if (isListed(call.host.switches.inactiveUserIds, staff.userId)) throw new WecomError(48011);
}

export function isListed(userIds: readonly string[], userId: string): boolean {
  return userIds.some((candidate) => candidate.toLowerCase() === userId.toLowerCase());
}
