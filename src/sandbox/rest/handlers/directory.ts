import type { StaffMember } from '../../world/corp.types.js';
import type { Answer, Call } from '../endpoint.js';
import { VisibleRange } from '../visible-range.js';
import { WecomError } from '../wecom-error.js';

/** Page 90196. An app made after 2022-06-20 gets no avatar, gender, mobile, email or address. */
export function getUser(call: Call): Answer {
  const staff = call.corp.findStaff(call.params.text('userid'));
  if (!staff) throw new WecomError(60111);
  const range = new VisibleRange(call.corp, call.app);
  if (!range.includes(staff)) throw new WecomError(60011);
  return { ...userDetail(staff, range) };
}

/** Pages 90200 and 90201: direct members only. */
export function listUsers(call: Call, detailed: boolean): Answer {
  const range = new VisibleRange(call.corp, call.app);
  const departmentId = visibleDepartment(call, range, 'department_id');
  const staff = range.staff().filter((member) => member.departmentIds.includes(departmentId));
  if (detailed && staff.length > call.host.switches.userListMax) throw new WecomError(45029);
  return {
    userlist: staff.map((member) => (detailed ? userDetail(member, range) : userBrief(member, range))),
  };
}

/** Page 96067: one row per (member, department); a member may be split over two pages. */
export function listUserIds(call: Call): Answer {
  const walk = `user/list_id ${call.corp.corpId}`;
  const limit = call.params.integer('limit') ?? 10_000;
  const [afterSeq = 0, afterDepartment = 0] =
    call.host.cursors.decode(walk, call.params.text('cursor')) ?? [];
  const rows = call.corp.state.staff.flatMap((staff) =>
    [...staff.departmentIds].sort((a, b) => a - b).map((department) => ({ staff, department })),
  );
  const rest = rows.filter(
    ({ staff, department }) =>
      staff.seq > afterSeq || (staff.seq === afterSeq && department > afterDepartment),
  );
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    next_cursor:
      last && rest.length > limit ? call.host.cursors.encode(walk, [last.staff.seq, last.department]) : '',
    dept_user: page.map(({ staff, department }) => ({ userid: staff.userId, department })),
  };
}

/** Pages 95350 (ids) and 90208 (details): a node with all below it, or everything visible. */
export function listDepartments(call: Call, detailed: boolean): Answer {
  const range = new VisibleRange(call.corp, call.app);
  const ids = call.params.has('id')
    ? call.corp.subtree([visibleDepartment(call, range, 'id')])
    : range.departmentIds;
  const visible = call.corp.state.departments.filter(({ id }) => ids.has(id) && range.departmentIds.has(id));
  if (detailed) return { department: visible.map(({ id }) => departmentDetail(call, id)) };
  return { department_id: visible.map(({ id, parentId, order }) => ({ id, parentid: parentId, order })) };
}

/** Page 95351. */
export function getDepartment(call: Call): Answer {
  const range = new VisibleRange(call.corp, call.app);
  return { department: departmentDetail(call, visibleDepartment(call, range, 'id')) };
}

function visibleDepartment(call: Call, range: VisibleRange, name: string): number {
  const id = call.params.integer(name) ?? 0;
  if (!call.corp.findDepartment(id)) throw new WecomError(60003);
  if (!range.departmentIds.has(id)) throw new WecomError(60011);
  return id;
}

function departmentDetail(call: Call, id: number) {
  const department = call.corp.findDepartment(id);
  return {
    id,
    name: department?.name,
    department_leader: call.corp.state.staff
      .filter((staff) => staff.leaderIn.includes(id))
      .map((staff) => staff.userId),
    parentid: department?.parentId,
    order: department?.order,
  };
}

function userBrief(staff: StaffMember, range: VisibleRange) {
  return { userid: staff.userId, name: staff.name, department: visibleIds(staff, range) };
}

function userDetail(staff: StaffMember, range: VisibleRange) {
  const department = visibleIds(staff, range);
  const main = staff.departmentIds[0];
  return {
    ...userBrief(staff, range),
    order: department.map(() => 0),
    position: staff.position,
    is_leader_in_dept: department.map((id) => (staff.leaderIn.includes(id) ? 1 : 0)),
    direct_leader: [],
    thumb_avatar: `https://wework.qpic.cn/wwhead/${staff.seq}/100`,
    telephone: '',
    alias: staff.alias,
    ...(main !== undefined && department.includes(main) ? { main_department: main } : {}),
    status: staff.status,
    extattr: { attrs: [] },
  };
}

function visibleIds(staff: StaffMember, range: VisibleRange): number[] {
  return staff.departmentIds.filter((id) => range.departmentIds.has(id));
}
