import { toPublicId } from '../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/page.js';
import { STAFF_STATUSES, type StaffStatus } from '../domain/staff.js';
import type { StoredDepartment } from '../persistence/department-repository.js';
import type { StoredStaff } from '../persistence/staff-repository.js';

export const STAFF_ID_PREFIX = 'stf';
const DEPARTMENT_ID_MAX = 4_294_967_295;
const ORDER_MAX = 4_294_967_295;

export class StaffQuery extends PageQuery {
  @IntegerField({ min: 1, max: DEPARTMENT_ID_MAX, optional: true, example: 12 })
  departmentId?: number;

  @EnumField(STAFF_STATUSES, { optional: true, example: 'active' })
  status?: StaffStatus;
}

export class StaffPlaceView {
  @IntegerField({ min: 1, max: DEPARTMENT_ID_MAX, example: 12 })
  departmentId: number;

  @BooleanField({ example: true })
  main: boolean;

  @BooleanField({ example: false })
  leader: boolean;
}

export class StaffView {
  @PublicIdField(STAFF_ID_PREFIX)
  id: string;

  @TextField({ max: 64, example: 'chen.yu', description: "WeCom's userid" })
  staffUserId: string;

  @TextField({ max: 64, nullable: true, example: '陈宇', description: 'null: the app may not see it' })
  name: string | null;

  @TextField({ max: 64, nullable: true, example: 'cy' })
  alias: string | null;

  @TextField({ max: 128, nullable: true, example: '客户经理' })
  position: string | null;

  @TextField({ max: 2048, nullable: true, example: 'https://wework.qpic.cn/wwhead/example/100' })
  avatarUrl: string | null;

  @EnumField(STAFF_STATUSES, { example: 'active' })
  status: StaffStatus;

  @ListField(() => StaffPlaceView, { maxItems: 100 })
  departments: StaffPlaceView[];

  @ListField('text', { maxItems: 5, maxLength: 64, example: ['lin_tao'] })
  directLeaderUserIds: readonly string[];

  @BooleanField({ example: true, description: 'has the customer contact permission (客户联系)' })
  servesCustomers: boolean;

  @TimeField({ nullable: true, example: null })
  leftAt: string | null;

  @TimeField({ description: 'when WeCom was last asked about this member' })
  fetchedAt: string;

  static of(this: void, staff: StoredStaff): StaffView {
    return {
      id: toPublicId(STAFF_ID_PREFIX, staff.id),
      staffUserId: staff.staffUserId,
      name: staff.name,
      alias: staff.alias,
      position: staff.position,
      avatarUrl: staff.avatarUrl,
      status: staff.status,
      departments: staff.departments.map(({ departmentId, isMain, isLeader }) => ({
        departmentId,
        main: isMain,
        leader: isLeader,
      })),
      directLeaderUserIds: staff.directLeaderUserIds,
      servesCustomers: staff.isFollowUser,
      leftAt: staff.leftAt?.toISOString() ?? null,
      fetchedAt: staff.fetchedAt.toISOString(),
    };
  }
}

export class DepartmentView {
  @IntegerField({ min: 1, max: DEPARTMENT_ID_MAX, example: 12, description: "WeCom's number; 1 is the root" })
  departmentId: number;

  @TextField({ max: 64, nullable: true, example: '华东区', description: 'null: the app may not see it' })
  name: string | null;

  @IntegerField({ min: 0, max: DEPARTMENT_ID_MAX, example: 1, description: '0 above the root' })
  parentDepartmentId: number;

  @IntegerField({ min: 0, max: ORDER_MAX, example: 100_000_000, description: 'larger comes first' })
  order: number;

  @ListField('text', { maxItems: 100, maxLength: 64, example: ['lin_tao'] })
  leaderUserIds: readonly string[];

  @TimeField()
  fetchedAt: string;

  static of(this: void, department: StoredDepartment): DepartmentView {
    return {
      departmentId: department.departmentId,
      name: department.name,
      parentDepartmentId: department.parentId,
      order: department.sortOrder,
      leaderUserIds: department.leaderUserIds,
      fetchedAt: department.fetchedAt.toISOString(),
    };
  }
}
