import type { Corp } from '../../world/corp.js';
import type { Follow, ReadonlyCustomer, ReadonlyFollow } from '../../world/corp.types.js';
import type { Answer, Call } from '../endpoint.js';
import { isListed, refuseInactive, servingMember, VisibleRange } from '../visible-range.js';
import { WecomError } from '../wecom-error.js';

const FOLLOWERS_PER_PAGE = 500;
const BATCH_LIMIT_DEFAULT = 50;
const BATCH_LIMIT_MAX = 100;

/** Page 92571. */
export function listFollowUsers(call: Call): Answer {
  return { follow_user: new VisibleRange(call.corp, call.app).serving().map((staff) => staff.userId) };
}

/** Page 92113: no customers and no permission answer alike, with 84061. */
export function listCustomers(call: Call): Answer {
  const staff = servingMember(call, call.params.text('userid'));
  refuseInactive(call, staff);
  const relations = call.corp.customers.ofStaff(staff.userId);
  if (!staff.contactPermission || relations.length === 0) throw new WecomError(84061);
  return { external_userid: relations.map(({ customer }) => customer.id) };
}

/** Page 92114. */
export function getCustomer(call: Call): Answer {
  const customer = call.corp.customers.find(call.params.text('external_userid'));
  const range = new VisibleRange(call.corp, call.app);
  const visible = (customer?.follows ?? []).filter((follow) => {
    const staff = call.corp.findStaff(follow.userId);
    return staff !== undefined && range.includes(staff);
  });
  if (!customer || visible.length === 0) throw new WecomError(40096);
  const active = visible.filter((follow) => !isListed(call.host.switches.inactiveUserIds, follow.userId));
  if (active.length === 0) throw new WecomError(48011);
  const walk = `externalcontact/get ${call.corp.corpId} ${customer.id}`;
  const [afterSeq = 0] = call.host.cursors.decode(walk, call.params.text('cursor')) ?? [];
  const rest = active.filter((follow) => follow.seq > afterSeq);
  const page = rest.slice(0, FOLLOWERS_PER_PAGE);
  const last = page.at(-1);
  return {
    external_contact: externalContact(customer),
    follow_user: page.map((follow) => ({
      ...followFields(customer, follow),
      tags: tagDetails(call.corp, follow),
    })),
    ...(last && rest.length > page.length ? { next_cursor: call.host.cursors.encode(walk, [last.seq]) } : {}),
  };
}

/** Page 92994. Position of the cursor: index of the member, last relation of his that was given out. */
export function batchGetByUser(call: Call): Answer {
  const userIds = call.params.texts('userid_list');
  const unlicensed = userIds.filter((userId) => isListed(call.host.switches.unlicensedUserIds, userId));
  if (unlicensed.length === userIds.length) throw new WecomError(701008);
  const walk = `batch/get_by_user ${call.corp.corpId} ${userIds.join('|')}`;
  const [startIndex = 0, startSeq = 0] = call.host.cursors.decode(walk, call.params.text('cursor')) ?? [];
  const range = new VisibleRange(call.corp, call.app);
  const staffList = userIds.map((userId) => servingMember(call, userId, range));
  for (const staff of staffList) refuseInactive(call, staff);
  const asked = call.params.integer('limit') ?? BATCH_LIMIT_DEFAULT;
  // A larger limit is taken as the maximum here, unlike elsewhere (page 92994).
  const limit = asked < 1 ? BATCH_LIMIT_DEFAULT : Math.min(asked, BATCH_LIMIT_MAX);

  const found: { staffIndex: number; seq: number; customer: ReadonlyCustomer }[] = [];
  for (let index = startIndex; index < staffList.length && found.length <= limit; index += 1) {
    const staff = staffList[index];
    if (!staff || unlicensed.includes(staff.userId)) continue;
    const after = index === startIndex ? startSeq : 0;
    for (const relation of call.corp.customers.ofStaff(staff.userId, after, limit + 1 - found.length)) {
      found.push({ staffIndex: index, ...relation });
    }
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    external_contact_list: page.map(({ customer, seq }) => batchItem(call.corp, customer, seq)),
    next_cursor:
      last && found.length > limit ? call.host.cursors.encode(walk, [last.staffIndex, last.seq]) : '',
    ...(unlicensed.length > 0 ? { fail_info: { unlicensed_userid_list: unlicensed } } : {}),
  };
}

/** Page 92115. Produces no callback: API changes never do (page 92130). */
export function remarkCustomer(call: Call): Answer {
  const { customer, follow } = relation(call);
  const { params } = call;
  const picture = params.text('remark_pic_mediaid');
  if (picture) call.host.media.uploaded(call.corp.corpId, picture, 'image');
  if (params.has('remark')) follow.remark = params.text('remark');
  if (params.has('description')) follow.description = params.text('description');
  if (params.has('remark_company') && customer.type === 1)
    follow.remarkCorpName = params.text('remark_company');
  if (params.has('remark_mobiles')) {
    // Clearing is "an empty string in remark_mobiles": both readings are taken, [""] and "".
    follow.mobiles = params.texts('remark_mobiles').filter((mobile) => mobile !== '');
  }
  call.host.world.changed();
  return {};
}

/** The pair of remark and mark_tag; a stranger is 84061, an id that nobody in range knows 40096. */
export function relation(call: Call): { customer: ReadonlyCustomer; follow: Follow } {
  const staff = servingMember(call, call.params.text('userid'));
  const customer = call.corp.customers.find(call.params.text('external_userid'));
  if (!customer) throw new WecomError(40096);
  const follow = call.corp.customers.changeFollow(staff.userId, customer.id);
  if (!follow) throw new WecomError(84061);
  return { customer, follow };
}

function externalContact(customer: ReadonlyCustomer) {
  return {
    external_userid: customer.id,
    name: customer.name,
    type: customer.type,
    avatar: `https://wx.qlogo.cn/mmhead/${customer.id.slice(-12)}/0`,
    gender: customer.gender,
    ...(customer.unionId ? { unionid: customer.unionId } : {}),
    ...(customer.type === 2
      ? {
          position: customer.position ?? '',
          corp_name: customer.corpName,
          corp_full_name: `${customer.corpName}有限公司`,
          external_profile: { external_attr: [{ type: 0, name: '部门', text: { value: '采购部' } }] },
        }
      : {}),
  };
}

function followFields(customer: ReadonlyCustomer, follow: ReadonlyFollow) {
  return {
    userid: follow.userId,
    remark: follow.remark ?? '',
    description: follow.description ?? '',
    createtime: follow.createdAt,
    // Only for WeChat users (page 92114).
    ...(customer.type === 1 && follow.remarkCorpName ? { remark_corp_name: follow.remarkCorpName } : {}),
    remark_mobiles: follow.mobiles ?? [],
    add_way: follow.addWay,
    oper_userid: follow.operUserId,
    ...(follow.state ? { state: follow.state } : {}),
    ...(follow.addWay === 10 ? { wechat_channels: { nickname: '星禾视频号', source: 1 } } : {}),
  };
}

function liveTags(corp: Corp, follow: ReadonlyFollow) {
  return (follow.tagIds ?? []).flatMap((id) => {
    const found = corp.findTag(id);
    return found && !found.tag.deleted && !found.group.deleted ? [found] : [];
  });
}

function tagDetails(corp: Corp, follow: ReadonlyFollow) {
  return [
    ...liveTags(corp, follow).map(({ group, tag }) => ({
      group_name: group.name,
      tag_name: tag.name,
      tag_id: tag.id,
      type: tag.strategyId === undefined ? 1 : 3,
    })),
    ...(follow.personalTags ?? []).map((name) => ({ group_name: '个人标签', tag_name: name, type: 2 })),
  ];
}

function batchItem(corp: Corp, customer: ReadonlyCustomer, seq: number) {
  const follow = customer.follows.find((candidate) => candidate.seq === seq);
  if (!follow) throw new Error('the index names a relation that the customer lost');
  return {
    external_contact: externalContact(customer),
    follow_info: {
      ...followFields(customer, follow),
      tag_id: liveTags(corp, follow).map(({ tag }) => tag.id),
    },
  };
}
