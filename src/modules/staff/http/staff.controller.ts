import { Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../platform/http/cursors.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { httpErrors } from '../../../platform/http/http.errors.js';
import { keysetPage } from '../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../platform/http/page.js';
import { PublicIdParam } from '../../../platform/http/public-id-param.js';
import { OperationView } from '../../../platform/operations/operation.view.js';
import { operationsErrors } from '../../../platform/operations/operations.errors.js';
import { StartSync } from '../../../platform/sync/start-sync.js';
import { ListDepartments } from '../queries/list-departments.js';
import { ListStaff } from '../queries/list-staff.js';
import { staffErrors } from '../staff.errors.js';
import { STAFF_SYNC } from '../use-cases/staff-sync.js';
import { DepartmentView, STAFF_ID_PREFIX, StaffQuery, StaffView } from './staff.views.js';

@Controller('v1')
export class StaffController {
  constructor(
    private readonly staff: ListStaff,
    private readonly departments: ListDepartments,
    private readonly cursors: Cursors,
    private readonly syncs: StartSync,
  ) {}

  @Get('staff')
  @Endpoint({
    id: 'staff.list',
    summary: { en: 'List staff', zh: '成员列表' },
    scope: 'staff:read',
    response: pageOf(StaffView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: StaffQuery): Promise<Page<StaffView>> {
    return keysetPage(this.cursors, {
      name: 'staff',
      query,
      read: (after: { id: string } | undefined, limit) => this.staff.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: StaffView.of,
    });
  }

  @Get('staff/:id')
  @Endpoint({
    id: 'staff.get',
    summary: { en: 'Get one staff member', zh: '查询一名成员' },
    scope: 'staff:read',
    response: StaffView,
    errors: [staffErrors.not_found],
  })
  async get(@PublicIdParam('id', STAFF_ID_PREFIX, staffErrors.not_found) id: string): Promise<StaffView> {
    const staff = await this.staff.find(id);
    if (!staff) throw staffErrors.not_found();
    return StaffView.of(staff);
  }

  @Get('departments')
  @Endpoint({
    id: 'staff.list_departments',
    summary: { en: 'List departments', zh: '部门列表' },
    scope: 'staff:read',
    response: pageOf(DepartmentView),
    errors: [httpErrors.cursor_invalid],
  })
  listDepartments(@Query() query: PageQuery): Promise<Page<DepartmentView>> {
    return keysetPage(this.cursors, {
      name: 'departments',
      query,
      read: (after: { departmentId: number } | undefined, limit) => this.departments.list(after, limit),
      keyOf: ({ departmentId }) => ({ departmentId }),
      viewOf: DepartmentView.of,
    });
  }

  @Post('staff/sync')
  @Endpoint({
    id: 'staff.sync',
    summary: { en: 'Read departments and staff from WeCom', zh: '从企业微信同步部门与成员' },
    scope: 'staff:write',
    status: 202,
    response: OperationView,
    errors: [operationsErrors.already_running],
  })
  sync(): Promise<OperationView> {
    return this.syncs.start(STAFF_SYNC);
  }
}
