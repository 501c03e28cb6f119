import { defineErrors } from '../../platform/errors/app-error.js';

export const welcomeErrors = defineErrors('welcome', {
  rule_not_found: { kind: 'not_found', en: 'No such welcome rule', zh: '欢迎语规则不存在' },
  rule_exists: {
    kind: 'conflict',
    en: 'There is a welcome rule for this member, department or corp already: change that one',
    zh: '该成员、部门或企业已有欢迎语规则：请修改已有规则',
  },
  target_invalid: {
    kind: 'unprocessable',
    en: 'A rule for staff needs staffUserId, one for a department departmentId, one for the corp neither',
    zh: '成员规则须填 staffUserId，部门规则须填 departmentId，企业规则两者都不填',
  },
  staff_unknown: {
    kind: 'unprocessable',
    en: 'No such staff member; when he is new, wait for the next staff sync',
    zh: '成员不存在；如为新成员，请等待下次成员同步',
  },
  department_unknown: { kind: 'unprocessable', en: 'No such department', zh: '部门不存在' },
  content_missing: {
    kind: 'unprocessable',
    en: 'A welcome needs a text or an attachment; a silent rule has neither',
    zh: '欢迎语须有文字或附件；不发送（silent）的规则两者都不填',
  },
  placeholder_unknown: {
    kind: 'unprocessable',
    en: 'The text names a placeholder that does not exist; write a brace twice to keep it',
    zh: '文字中有不存在的占位符；如需保留花括号，请写两次',
  },
  text_too_long: {
    kind: 'unprocessable',
    en: 'With its placeholders at their longest the text exceeds 4,000 bytes',
    zh: '占位符按最长计算后，文字超过 4000 字节',
  },
  attachment_invalid: {
    kind: 'unprocessable',
    en: 'An attachment has fields that its kind does not take, or lacks one that it needs',
    zh: '附件字段与类型不符、缺失或过长',
  },
  file_not_found: { kind: 'not_found', en: 'No such welcome file', zh: '欢迎语文件不存在' },
  file_unknown: {
    kind: 'unprocessable',
    en: 'An attachment names a file that does not exist',
    zh: '附件引用的文件不存在',
  },
  batch_unknown: {
    kind: 'unprocessable',
    en: 'An attachment names a batch of coupons that does not exist',
    zh: '附件引用的券批次不存在',
  },
  file_type_unsupported: {
    kind: 'unprocessable',
    en: 'The bytes are not what WeCom takes for this kind: JPG or PNG for image and picture, MP4 for video',
    zh: '文件内容与类型不符：image 和 picture 须为 JPG 或 PNG，video 须为 MP4',
  },
  file_size: {
    kind: 'unprocessable',
    en: 'The file is smaller or larger than WeCom takes for this kind',
    zh: '文件大小不在企业微信对该类型的限制内',
  },
  files_full: {
    kind: 'conflict',
    en: 'The corp has its maximum of 500 welcome files: delete some that are not used',
    zh: '欢迎语文件已达 500 个上限：请删除不再使用的文件',
  },
  file_in_use: {
    kind: 'conflict',
    en: 'A welcome rule sends this file: change the rule first',
    zh: '有欢迎语规则正在使用该文件：请先修改规则',
  },
  message_not_found: { kind: 'not_found', en: 'No such welcome message', zh: '欢迎语发送记录不存在' },
});
