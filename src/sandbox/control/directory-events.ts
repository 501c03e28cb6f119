import type { SandboxEvents } from '../sandbox.types.js';
import type { XmlField } from '../callbacks/xml.js';
import type { Corp } from '../world/corp.js';
import type { StaffMember } from '../world/corp.types.js';
import { corpOf, type EventHost } from './event-host.js';
import { leads, unrestrictedFields } from './staff-event-fields.js';

type DirectoryEvents = Pick<
  SandboxEvents,
  | 'createStaff'
  | 'moveStaff'
  | 'renameStaffUserId'
  | 'deleteStaff'
  | 'changeStaffSilently'
  | 'createDepartment'
  | 'updateDepartment'
  | 'deleteDepartment'
  | 'updateStaffTag'
>;

const USER_ID = /^[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}$/;
const ORDER = 100_000_000;

/** change_contact (page 90970); restricted to UserID, Department and NewUserID unless switched. */
export function directoryEvents(host: EventHost): DirectoryEvents {
  const full = (fields: XmlField[]): XmlField[] => (host.switches.restrictedDirectoryEvents ? [] : fields);
  return {
    createStaff: (o) => createStaff(host, full, o),
    // Departments and leadership are the changes that still make an event.
    moveStaff: (o) => {
      const corp = corpOf(host, o);
      const staff = corp.getStaff(o.userId);
      refuseDepartments(corp, o.departmentIds);
      staff.departmentIds = o.departmentIds;
      staff.leaderIn = (o.leaderIn ?? staff.leaderIn).filter((id) => o.departmentIds.includes(id));
      host.router.toAssistant(o, corp, 'update_user', [
        ['UserID', staff.userId],
        ['Department', staff.departmentIds.join(',')],
        ...full([['IsLeaderInDept', leads(staff)]]),
      ]);
    },
    renameStaffUserId: (o) => {
      const corp = corpOf(host, o);
      const staff = corp.getStaff(o.userId);
      refuseUserId(corp, o.newUserId);
      const before = staff.userId;
      renameEverywhere(corp, before, o.newUserId);
      corp.renameStaff(staff, o.newUserId);
      host.router.toAssistant(o, corp, 'update_user', [
        ['UserID', before],
        ['NewUserID', o.newUserId],
        ['Department', staff.departmentIds.join(',')],
        ...full([
          ['IsLeaderInDept', leads(staff)],
          ['Position', staff.position],
        ]),
      ]);
    },
    // His relations stay in the world, unseen, until they are handed over; his groups wait for an heir.
    deleteStaff: (o) => {
      const corp = corpOf(host, o);
      const staff = corp.getStaff(o.userId);
      corp.removeStaff(staff);
      corp.state.formerUserIds.push(staff.userId);
      (corp.state.leftAt ??= {})[staff.userId.toLowerCase()] = host.nowS();
      for (const chat of corp.state.groupChats) {
        chat.members = chat.members.filter((member) => member.id !== staff.userId);
        if (chat.ownerUserId === staff.userId) chat.status = 1;
      }
      host.router.toAssistant(o, corp, 'delete_user', [['UserID', staff.userId]]);
    },
    changeStaffSilently: (o) => {
      const staff = corpOf(host, o).getStaff(o.userId);
      staff.name = o.name ?? staff.name;
      staff.position = o.position ?? staff.position;
      staff.status = o.status ?? staff.status;
      host.world.changed();
    },
    ...departmentEvents(host),
    // The world holds no member tags; only the event exists.
    updateStaffTag: (o) =>
      host.router.toAssistant(o, corpOf(host, o), 'update_tag', [
        ['TagId', o.tagId],
        ['AddUserItems', (o.addUserIds ?? []).join(',')],
        ['DelUserItems', (o.removeUserIds ?? []).join(',')],
        ['AddPartyItems', (o.addDepartmentIds ?? []).join(',')],
        ['DelPartyItems', (o.removeDepartmentIds ?? []).join(',')],
      ]),
  };
}

function createStaff(
  host: EventHost,
  full: (fields: XmlField[]) => XmlField[],
  o: Parameters<SandboxEvents['createStaff']>[0],
): { userId: string } {
  const corp = corpOf(host, o);
  const seq = corp.nextSeq();
  const staff: StaffMember = {
    userId: o.userId ?? `staff.${seq}`,
    seq,
    name: o.name ?? `新成员${seq}`,
    alias: '',
    position: o.position ?? '客户经理',
    departmentIds: o.departmentIds,
    leaderIn: [],
    status: 1,
    contactPermission: true,
  };
  refuseUserId(corp, staff.userId);
  refuseDepartments(corp, o.departmentIds);
  corp.addStaff(staff);
  corp.state.formerUserIds = corp.state.formerUserIds.filter((userId) => userId !== staff.userId);
  host.router.toAssistant(o, corp, 'create_user', [
    ['UserID', staff.userId],
    ['Department', staff.departmentIds.join(',')],
    ...full(unrestrictedFields(staff)),
  ]);
  return { userId: staff.userId };
}

function departmentEvents(
  host: EventHost,
): Pick<SandboxEvents, 'createDepartment' | 'updateDepartment' | 'deleteDepartment'> {
  return {
    createDepartment: (o) => {
      const corp = corpOf(host, o);
      const parentId = o.parentId ?? 1;
      refuseDepartments(corp, [parentId]);
      const id = Math.max(...corp.state.departments.map((department) => department.id)) + 1;
      corp.state.departments.push({ id, name: o.name, parentId, order: ORDER });
      host.router.toAssistant(o, corp, 'create_party', [
        ['Id', id],
        ['Name', o.name],
        ['ParentId', String(parentId)],
        ['Order', ORDER],
      ]);
      return { departmentId: id };
    },
    updateDepartment: (o) => {
      const corp = corpOf(host, o);
      refuseDepartments(corp, o.parentId === undefined ? [o.departmentId] : [o.departmentId, o.parentId]);
      if (o.parentId !== undefined && corp.subtree([o.departmentId]).has(o.parentId)) {
        throw new Error('a department cannot lie below itself');
      }
      const department = corp.findDepartment(o.departmentId);
      if (department)
        Object.assign(department, {
          name: o.name ?? department.name,
          parentId: o.parentId ?? department.parentId,
        });
      host.router.toAssistant(o, corp, 'update_party', [
        ['Id', o.departmentId],
        ...(o.name === undefined ? [] : [['Name', o.name] satisfies XmlField]),
        ...(o.parentId === undefined ? [] : [['ParentId', String(o.parentId)] satisfies XmlField]),
      ]);
    },
    deleteDepartment: (o) => {
      const corp = corpOf(host, o);
      refuseDepartments(corp, [o.departmentId]);
      const used =
        corp.state.departments.some((department) => department.parentId === o.departmentId) ||
        corp.state.staff.some((staff) => staff.departmentIds.includes(o.departmentId));
      if (used || o.departmentId === 1)
        throw new Error('only an empty department that is not the root can be deleted');
      corp.state.departments = corp.state.departments.filter(({ id }) => id !== o.departmentId);
      host.router.toAssistant(o, corp, 'delete_party', [['Id', o.departmentId]]);
    },
  };
}

function renameEverywhere(corp: Corp, before: string, after: string): void {
  corp.customers.renameStaff(before, after);
  for (const chat of corp.state.groupChats) {
    if (chat.ownerUserId === before) chat.ownerUserId = after;
    chat.adminUserIds = chat.adminUserIds.map((userId) => (userId === before ? after : userId));
    for (const member of chat.members) {
      if (member.id === before) member.id = after;
      if (member.invitorUserId === before) member.invitorUserId = after;
    }
  }
  for (const app of corp.state.apps) {
    app.visibleUserIds = app.visibleUserIds.map((userId) => (userId === before ? after : userId));
  }
}

function refuseUserId(corp: Corp, userId: string): void {
  if (!USER_ID.test(userId)) throw new Error(`no legal user id: ${userId}`);
  if (corp.findStaff(userId)) throw new Error(`the user id exists: ${userId}`);
}

function refuseDepartments(corp: Corp, ids: readonly number[]): void {
  if (ids.length === 0) throw new Error('a member needs a department');
  for (const id of ids) if (!corp.findDepartment(id)) throw new Error(`no such department: ${id}`);
}
