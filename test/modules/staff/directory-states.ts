import type { MirrorWorld } from '../../support/mirror-world.js';

export interface DirectoryState {
  staff: Record<string, object>;
  departments: Record<string, object>;
}

/** What our tables say about everybody who has not left and every department that is not deleted. */
export async function storedDirectory(world: MirrorWorld): Promise<DirectoryState> {
  const staff = await world.query<Record<string, unknown>>(
    `SELECT staff_user_id AS "userId", name, position, status, is_follow_user AS follows,
            (SELECT coalesce(array_agg(department_id::int ORDER BY department_id), '{}')
               FROM staff.staff_departments d WHERE d.staff_id = s.id) AS departments,
            (SELECT coalesce(array_agg(department_id::int ORDER BY department_id), '{}')
               FROM staff.staff_departments d WHERE d.staff_id = s.id AND d.is_leader) AS leads
       FROM staff.staff s WHERE left_at IS NULL`,
  );
  const departments = await world.query<Record<string, unknown>>(
    `SELECT department_id AS id, name, parent_id AS parent FROM staff.departments WHERE deleted_at IS NULL`,
  );
  return {
    staff: Object.fromEntries(staff.map(({ userId, ...rest }) => [userId, rest])),
    departments: Object.fromEntries(departments.map(({ id, ...rest }) => [id, rest])),
  };
}

const STATUS: Record<number, string> = { 1: 'active', 2: 'disabled', 4: 'not_activated', 5: 'left' };

/** What the sandbox's world says, asked without our code. */
export async function worldDirectory({ wecom }: MirrorWorld): Promise<DirectoryState> {
  const follow = new Set<string>((await wecom.get('externalcontact/get_follow_user_list'))['follow_user']);
  const ids = await wecom.post('user/list_id', { limit: 10_000 }, wecom.assistantSecret);
  const userIds = new Set<string>(ids['dept_user'].map((row: { userid: string }) => row.userid));
  const state: DirectoryState = { staff: {}, departments: {} };
  for (const userId of userIds) {
    const user = await wecom.get('user/get', { userid: userId });
    const departments: number[] = user['department'];
    const sorted = (list: number[]) => [...list].sort((a, b) => a - b);
    state.staff[userId] = {
      name: user['name'],
      position: user['position'] || null,
      status: STATUS[user['status']],
      follows: follow.has(userId),
      departments: sorted(departments),
      leads: sorted(departments.filter((_, index) => user['is_leader_in_dept'][index] === 1)),
    };
  }
  const list = await wecom.get('department/list');
  for (const { id, name, parentid } of list['department']) state.departments[id] = { name, parent: parentid };
  return state;
}
