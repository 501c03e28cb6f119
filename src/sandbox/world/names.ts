/** Invented names; nobody real is meant. */

export const SURNAMES = [
  ['陈', 'chen'],
  ['林', 'lin'],
  ['周', 'zhou'],
  ['苏', 'su'],
  ['许', 'xu'],
  ['何', 'he'],
  ['沈', 'shen'],
  ['陆', 'lu'],
  ['顾', 'gu'],
  ['叶', 'ye'],
  ['方', 'fang'],
  ['江', 'jiang'],
  ['梁', 'liang'],
] as const;

export const GIVEN_NAMES = [
  ['雨桐', 'yutong'],
  ['子涵', 'zihan'],
  ['明轩', 'mingxuan'],
  ['若溪', 'ruoxi'],
  ['思远', 'siyuan'],
  ['晓晨', 'xiaochen'],
  ['嘉宁', 'jianing'],
  ['书瑶', 'shuyao'],
  ['一帆', 'yifan'],
  ['梓萱', 'zixuan'],
  ['浩然', 'haoran'],
] as const;

export const NICKNAMES = [
  '海风', '小鹿', '山间清泉', '阿宁', '木木', '向日葵', '慢慢来', '一米阳光', '青柠', '大白', '南方有雨',
  '星河', '糖豆妈妈', '老街口', '早安', '豆豆', '静水流深', '风铃', '蓝莓', '半夏', 'Momo', 'Kiki', '🌿小满', '云朵',
] as const; // prettier-ignore

export const STATES = [
  'store_xuhui',
  'store_pudong',
  'expo2026',
  'douyin_a',
  'wechat_oa',
  'card_offline',
] as const;

export const DESCRIPTIONS = [
  '对两居室感兴趣',
  '老客户转介绍',
  '偏好周末联系',
  '关注新品',
  '预算待确认',
] as const;

export const PERSONAL_TAGS = ['周末联系', '喜欢喝茶', '重点跟进', '有宠物'] as const;

export const PARTNER_CORPS = ['远帆贸易', '青木设计', '北岸物流'] as const;

/** id, name, parent, order. */
export const DEPARTMENTS = [
  [1, '星禾生活', 0, 100000000],
  [2, '客户运营部', 1, 100000000],
  [3, '华东区', 2, 100000000],
  [4, '徐汇店', 3, 100000000],
  [5, '浦东店', 3, 99999000],
  [6, '华南区', 2, 99999000],
  [7, '天河店', 6, 100000000],
  [8, '客服部', 1, 99999000],
  [9, '市场部', 1, 99998000],
] as const;

export const TAG_GROUPS = [
  ['意向', ['高意向', '一般', '观望']],
  ['客户等级', ['普通', '银卡', '金卡', '钻石']],
  ['来源渠道', ['线下展会', '直播间', '朋友介绍', '门店到访']],
] as const;

export const GROUP_CHATS = ['福利一群', '新品体验官', '徐汇店邻里群', '会员日通知', '亲子活动群'] as const;
