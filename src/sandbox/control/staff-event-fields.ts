import type { XmlField } from '../callbacks/xml.js';
import type { StaffMember } from '../world/corp.types.js';

/** What callback URLs from before 2022-08-15 still get (page 90970); contact details invented. */
export function unrestrictedFields(staff: StaffMember): XmlField[] {
  const item = (...children: XmlField[]): XmlField => ['Item', { children }];
  return [
    ['Name', staff.name],
    ['MainDepartment', staff.departmentIds[0] ?? 1],
    ['IsLeaderInDept', leads(staff)],
    ['DirectLeader', ''],
    ['Position', staff.position],
    ['Mobile', 13_800_000_000 + (staff.seq % 10_000)],
    ['Gender', 1],
    ['Email', `staff${staff.seq}@example.com`],
    ['BizMail', `staff${staff.seq}@biz.example.com`],
    ['Status', staff.status],
    ['Avatar', `https://wework.qpic.cn/wwhead/${staff.seq}/0`],
    ['Alias', staff.alias],
    ['Telephone', '020-123456'],
    ['Address', '示例路 1 号'],
    [
      'ExtAttr',
      {
        children: [
          item(['Name', '工号'], ['Type', 0], ['Text', { children: [['Value', `E${staff.seq}`]] }]),
          item(
            ['Name', '主页'],
            ['Type', 1],
            [
              'Web',
              {
                children: [
                  ['Title', '主页'],
                  ['Url', 'https://example.com'],
                ],
              },
            ],
          ),
        ],
      },
    ],
  ];
}

/** `1,0,0` in the positions of `Department`. */
export function leads(staff: StaffMember): string {
  return staff.departmentIds.map((id) => (staff.leaderIn.includes(id) ? 1 : 0)).join(',');
}
