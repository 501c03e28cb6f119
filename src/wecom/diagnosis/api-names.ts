import type { wecomApi } from '../client/api.js';
import type { Texts } from './advice.js';

type ApiName = (typeof wecomApi)[keyof typeof wecomApi]['name'];

/** What each API does, for people who read its use. */
export const apiNames: Readonly<Record<ApiName, Texts>> = {
  gettoken: { en: 'Get an access token', zh: '获取 access_token' },
  'user/get': { en: 'Read one staff member', zh: '读取成员' },
  'user/list_id': { en: 'List the ids of all staff', zh: '获取成员 ID 列表' },
  'department/list': { en: 'List departments', zh: '获取部门列表' },
  'department/get': { en: 'Read one department', zh: '获取单个部门' },
  'department/simplelist': { en: 'List the ids of all departments', zh: '获取子部门 ID 列表' },
  'externalcontact/get_follow_user_list': {
    en: 'List staff who serve customers',
    zh: '获取配置了客户联系功能的成员',
  },
  'externalcontact/list': { en: 'List the customers of one staff member', zh: '获取客户列表' },
  'externalcontact/get': { en: 'Read one customer', zh: '获取客户详情' },
  'externalcontact/batch/get_by_user': { en: 'Read customers in pages', zh: '批量获取客户详情' },
  'externalcontact/remark': { en: 'Change the remark of a customer', zh: '修改客户备注' },
  'externalcontact/transfer_customer': { en: 'Hand over customers of a member', zh: '分配在职成员的客户' },
  'externalcontact/transfer_result': {
    en: 'Read what became of handed over customers',
    zh: '查询在职客户接替状态',
  },
  'externalcontact/resigned/transfer_customer': {
    en: 'Hand over customers of a member who left',
    zh: '分配离职成员的客户',
  },
  'externalcontact/resigned/transfer_result': {
    en: 'Read what became of customers of a member who left',
    zh: '查询离职客户接替状态',
  },
  'externalcontact/get_unassigned_list': {
    en: 'List customers of members who left',
    zh: '获取待分配的离职成员列表',
  },
  'externalcontact/groupchat/transfer': {
    en: 'Hand over groups of a member who left',
    zh: '分配离职成员的客户群',
  },
  'externalcontact/groupchat/onjob_transfer': {
    en: 'Hand over groups of a member',
    zh: '分配在职成员的客户群',
  },
  'externalcontact/get_corp_tag_list': { en: 'Read corp tags', zh: '获取企业标签库' },
  'externalcontact/add_corp_tag': { en: 'Add corp tags', zh: '添加企业客户标签' },
  'externalcontact/edit_corp_tag': { en: 'Change a corp tag', zh: '编辑企业客户标签' },
  'externalcontact/del_corp_tag': { en: 'Delete corp tags', zh: '删除企业客户标签' },
  'externalcontact/mark_tag': { en: 'Tag a customer', zh: '编辑客户企业标签' },
  'externalcontact/groupchat/list': { en: 'List customer groups', zh: '获取客户群列表' },
  'externalcontact/groupchat/get': { en: 'Read one customer group', zh: '获取客户群详情' },
  'externalcontact/send_welcome_msg': { en: 'Send a welcome message', zh: '发送新客户欢迎语' },
  'externalcontact/add_msg_template': { en: 'Make a mass message to customers', zh: '创建企业群发' },
  'externalcontact/get_groupmsg_list_v2': { en: 'List mass messages', zh: '获取群发记录列表' },
  'externalcontact/get_groupmsg_task': {
    en: 'List who has to confirm a mass message',
    zh: '获取群发成员发送任务列表',
  },
  'externalcontact/get_groupmsg_send_result': {
    en: 'Read what became of a mass message',
    zh: '获取企业群发成员执行结果',
  },
  'externalcontact/remind_groupmsg_send': { en: 'Remind members of a mass message', zh: '提醒成员群发' },
  'externalcontact/cancel_groupmsg_send': { en: 'Stop a mass message', zh: '停止企业群发' },
  'message/send': { en: 'Send a message to staff', zh: '发送应用消息' },
  'message/recall': { en: 'Recall a message to staff', zh: '撤回应用消息' },
  'media/upload': { en: 'Upload temporary media', zh: '上传临时素材' },
  'media/uploadimg': { en: 'Upload a permanent picture', zh: '上传图片' },
  'media/get': { en: 'Download temporary media', zh: '获取临时素材' },
};
