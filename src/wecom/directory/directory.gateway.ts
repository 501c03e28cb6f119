import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import type { Answer } from '../client/answer.js';
import { wecomApi } from '../client/api.js';
import { WecomApiError } from '../client/wecom-api-error.js';
import { WecomClient } from '../client/wecom-client.js';
import { ConnectedApps } from '../connections/connected-apps.js';
import type { WecomDepartment, WecomStaff, WecomStaffPlace } from './directory.types.js';

const STAFF_IDS_PER_PAGE = 10_000;
/** Ten million rows: more than any corp, so a longer walk is a cursor that runs in circles. */
const STAFF_ID_PAGES_MAX = 1000;

/** The directory (通讯录). Names come from the self-built app, the whole tree from the assistant. */
@Injectable()
export class DirectoryGateway {
  constructor(
    private readonly client: WecomClient,
    private readonly apps: ConnectedApps,
  ) {}

  /**
   * Whether the corp connected the 通讯录同步 assistant, which alone lists all staff and receives directory events. One
   * whose secret WeCom rejected counts as none: the directory that the self-built app sees does not need it.
   */
  async hasAssistant(corpId: CorpId): Promise<boolean> {
    const assistant = await this.apps.find(corpId, 'directory_assistant');
    return assistant !== undefined && assistant.state !== 'rejected';
  }

  /**
   * All departments that we may see: with names those in the app's visible range (page 90208), and with an assistant
   * also the rest of the tree, without names (page 95350).
   */
  async listDepartments(corpId: CorpId): Promise<WecomDepartment[]> {
    const visible = await this.client.call(corpId, wecomApi.listDepartments, {}, (answer) =>
      answer.objects('department').map(readDepartment),
    );
    if (!(await this.hasAssistant(corpId))) return visible;
    const known = new Set(visible.map((department) => department.id));
    const tree = await this.client.call(corpId, wecomApi.listDepartmentIds, {}, (answer) =>
      answer.objects('department_id').map(readDepartment),
    );
    return [...visible, ...tree.filter((department) => !known.has(department.id))];
  }

  /** Page 95351. @throws WecomApiError 60123 or 60003 unknown, 60011 outside the visible range. */
  getDepartment(corpId: CorpId, id: number): Promise<WecomDepartment> {
    return this.client.call(corpId, wecomApi.getDepartment, { query: { id } }, (answer) =>
      readDepartment(answer.object('department')),
    );
  }

  /** Page 90196. @throws WecomApiError 60111 or 40003 unknown or left, 60011 or 60021 outside the visible range. */
  getStaff(corpId: CorpId, userId: string): Promise<WecomStaff> {
    return this.client.call(corpId, wecomApi.getStaff, { query: { userid: userId } }, readStaff);
  }

  /**
   * Every (staff, department) pair of the corp, by the assistant (page 96067).
   * @throws WecomApiError wecom.app_missing without an assistant; ask `hasAssistant` first.
   */
  async listStaffIds(corpId: CorpId): Promise<WecomStaffPlace[]> {
    const places: WecomStaffPlace[] = [];
    let cursor = '';
    for (let page = 0; page < STAFF_ID_PAGES_MAX; page++) {
      const body = { cursor, limit: STAFF_IDS_PER_PAGE };
      const next = await this.client.call(corpId, wecomApi.listStaffIds, { body }, (answer) => {
        for (const pair of answer.objects('dept_user')) {
          places.push({ userId: pair.text('userid'), departmentId: pair.integer('department') });
        }
        return answer.maybeText('next_cursor');
      });
      if (!next) return places;
      cursor = next;
    }
    throw WecomApiError.malformed(wecomApi.listStaffIds.name, 'next_cursor never ends');
  }
}

function readDepartment(department: Answer): WecomDepartment {
  return {
    id: department.integer('id'),
    name: department.maybeText('name'),
    parentId: department.maybeInteger('parentid') ?? 0,
    order: department.maybeInteger('order') ?? 0,
    leaderUserIds: department.texts('department_leader'),
  };
}

function readStaff(staff: Answer): WecomStaff {
  const departmentIds = staff.integers('department');
  const leads = staff.integers('is_leader_in_dept'); // parallel to `department`
  return {
    userId: staff.text('userid'),
    name: staff.maybeText('name') ?? '',
    alias: staff.shownText('alias'),
    position: staff.shownText('position'),
    departmentIds,
    mainDepartmentId: staff.maybeInteger('main_department'),
    leaderInDepartmentIds: departmentIds.filter((_, index) => leads[index] === 1),
    directLeaderUserIds: staff.texts('direct_leader'),
    status: staff.maybeInteger('status') ?? 1,
    thumbAvatarUrl: staff.maybeText('thumb_avatar'),
  };
}
