import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

let sandbox: Sandbox;
let client: SandboxClient;

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'directory', size: { customers: 30 } });
  client = new SandboxClient(sandbox);
});
afterEach(closeAll);

const staff = () => sandbox.control.world().corps[0]!.staff;

describe('the world', () => {
  it('is the same for the same seed and another for another', async () => {
    const again = await openSandbox({ seed: 'directory', size: { customers: 30 } });
    const other = await openSandbox({ seed: 'elsewhere', size: { customers: 30 } });
    expect(again.control.corp()).toEqual(sandbox.control.corp());
    expect(again.control.world().corps).toEqual(sandbox.control.world().corps);
    expect(other.control.corp().corpId).not.toBe(sandbox.control.corp().corpId);
  });

  it('has by default 500 customers, at least 12 serving members, 3 tag groups and 5 groups', async () => {
    const usual = await openSandbox({ seed: 'usual' });
    const corp = usual.control.world().corps[0]!;
    expect(corp).toMatchObject({ customers: 500, departments: 9 });
    expect(corp.corpId).toMatch(/^ww[0-9a-f]{16}$/);
    expect(corp.tagGroups).toHaveLength(3);
    expect(corp.groupChats).toHaveLength(5);
    expect(corp.followRelations).toBeGreaterThan(550);
    const answer = await new SandboxClient(usual).get('externalcontact/get_follow_user_list');
    expect(answer['follow_user'].length).toBeGreaterThanOrEqual(12);
  });
});

describe('members and departments', () => {
  it('shows a member with parallel department arrays, whatever the case of the id', async () => {
    const { userId, departmentIds } = staff().find((member) => member.departmentIds.length === 2)!;
    const answer = await client.get('user/get', { userid: userId.toUpperCase() });
    expect(answer).toMatchObject({ errcode: 0, userid: userId, department: departmentIds, status: 1 });
    expect(answer['order']).toHaveLength(2);
    expect(answer['is_leader_in_dept']).toHaveLength(2);
    for (const hidden of ['mobile', 'avatar', 'gender', 'email']) expect(answer).not.toHaveProperty(hidden);
    expect((await client.get('user/get', { userid: 'nobody' })).errcode).toBe(60111);
  });

  it('lists direct members only', async () => {
    const direct = staff().filter((member) => member.departmentIds.includes(3));
    const simple = await client.get('user/simplelist', { department_id: 3 });
    expect(simple['userlist'].map((member: any) => member.userid)).toEqual(
      direct.map((member) => member.userId),
    );
    const detailed = await client.get('user/list', { department_id: 3 });
    expect(detailed['userlist'][0]).toHaveProperty('position');
    sandbox.control.setSwitches({ userListMax: direct.length });
    expect((await client.get('user/list', { department_id: 3 })).errcode).toBe(0);
    sandbox.control.setSwitches({ userListMax: direct.length - 1 });
    expect(await client.get('user/list', { department_id: 3 })).toMatchObject({
      errcode: 45029,
      userlist: [],
    });
    expect((await client.get('user/list', { department_id: 99 })).errcode).toBe(60003);
    expect((await client.get('user/list', { department_id: 'x' })).errcode).toBe(60123);
  });

  it('walks departments with all that lies below', async () => {
    const all = await client.get('department/simplelist');
    expect(all['department_id']).toHaveLength(9);
    const east = await client.get('department/list', { id: 3 });
    expect(east['department'].map((department: any) => department.id)).toEqual([3, 4, 5]);
    const one = await client.get('department/get', { id: 4 });
    expect(one['department']).toMatchObject({ id: 4, parentid: 3, name: '徐汇店' });
    expect(one['department'].department_leader).toHaveLength(1);
  });

  it('gives the assistant one row per member and department, in pages', async () => {
    const rows: string[] = [];
    let cursor = '';
    do {
      const page = await client.post('user/list_id', { cursor, limit: 3 }, client.assistantSecret);
      expect(page['dept_user'].length).toBeLessThanOrEqual(3);
      rows.push(...page['dept_user'].map((row: any) => `${row.userid} ${row.department}`));
      cursor = page['next_cursor'];
    } while (cursor !== '');
    const expected = staff().flatMap((member) => member.departmentIds.map((id) => `${member.userId} ${id}`));
    expect(rows.sort()).toEqual(expected.sort());
  });

  it('cuts everything to the visible range', async () => {
    const outside = staff().find((member) => member.departmentIds.every((id) => id === 7))!;
    sandbox.control.changeApp({ visibleDepartmentIds: [3] });
    expect((await client.get('user/get', { userid: outside.userId })).errcode).toBe(60011);
    expect((await client.get('department/get', { id: 7 })).errcode).toBe(60011);
    expect((await client.get('department/simplelist'))['department_id']).toHaveLength(3);
    expect((await client.get('externalcontact/list', { userid: outside.userId })).errcode).toBe(60021);
    const followers = await client.get('externalcontact/get_follow_user_list');
    expect(followers['follow_user']).not.toContain(outside.userId);
    sandbox.control.changeApp({ visibleUserIds: [outside.userId.toUpperCase()] });
    const widened = await client.get('user/get', { userid: outside.userId });
    // A member chosen alone shows no department that the app cannot see.
    expect(widened).toMatchObject({ errcode: 0, department: [] });
    expect(
      (await client.get('department/simplelist', {}, client.assistantSecret))['department_id'],
    ).toHaveLength(9);
  });

  it('lists addresses for the firewall', async () => {
    expect((await client.get('getcallbackip'))['ip_list']).toContain('127.0.0.1');
    expect((await client.get('get_api_domain_ip'))['ip_list']).toEqual(['127.0.0.1']);
  });
});
