/**
 * What a timeline can tell, with words for a person to read: `{name}` stands for a fact. A type begins with the module that
 * told it, and stays for ever, because stored entries name it; its words may change.
 */
export const ENTRY_TYPES = {
  'customers.relation_started': {
    zh: '与成员 {staffUserId} 成为好友',
    en: 'Became a contact of {staffUserId}',
  },
  'customers.relation_ended': {
    zh: '与成员 {staffUserId} 解除好友关系',
    en: 'No longer a contact of {staffUserId}',
  },
  'customers.lost': { zh: '流失：不再有任何好友关系', en: 'Lost: no longer a contact of anybody' },
  'customers.returned': { zh: '流失后回归', en: 'Returned after having been lost' },
  'customers.tag_put': { zh: '被打上标签', en: 'Tag put' },
  'customers.tag_taken': { zh: '被移除标签', en: 'Tag taken' },
  'customers.merged': { zh: '合并为同一人', en: 'Merged into one person' },
  'customers.unmerged': { zh: '取消合并', en: 'Merge taken back' },
  'customers.stage_changed': { zh: '阶段变更：{from} → {to}', en: 'Stage changed: {from} → {to}' },
  'customers.blacklisted': { zh: '加入黑名单', en: 'Put on the blacklist' },
  'customers.blacklist_lifted': { zh: '移出黑名单', en: 'Taken off the blacklist' },
  'customers.behaviour': { zh: '行为：{eventType}', en: 'Behaviour: {eventType}' },
  'welcome.greeted': { zh: '收到欢迎语', en: 'Was greeted' },
  'welcome.greeting_failed': { zh: '欢迎语未送达（{state}）', en: 'The greeting did not arrive ({state})' },
  'group-chats.joined': { zh: '加入客户群', en: 'Joined a group chat' },
  'group-chats.left': { zh: '离开客户群', en: 'Left a group chat' },
} as const satisfies Record<string, { readonly zh: string; readonly en: string }>;

export type EntryType = keyof typeof ENTRY_TYPES;

// reason for the cast: the keys of a literal are what its type says
export const ENTRY_TYPE_NAMES = Object.keys(ENTRY_TYPES) as EntryType[];

/** Of behaviour the type of the event says what happened; that of a type of the corp's own reads as its key. */
const BEHAVIOUR: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  order_paid: { zh: '支付订单', en: 'Paid an order' },
  order_refunded: { zh: '订单退款', en: 'Was refunded an order' },
  page_viewed: { zh: '浏览页面', en: 'Viewed a page' },
  content_opened: { zh: '打开内容', en: 'Opened content' },
  form_sent: { zh: '提交表单', en: 'Sent a form' },
  link_opened: { zh: '打开链接', en: 'Opened a link' },
};

/** The module that told it. */
export function moduleOf(type: string): string {
  return type.slice(0, type.indexOf('.'));
}

/** Words for an entry in both languages. A type of a newer version of the program reads as its own name. */
export function wordsOf(type: string, facts: Readonly<Record<string, unknown>>): { zh: string; en: string } {
  if (!isEntryType(type)) return { zh: type, en: type };
  const { eventType } = facts;
  const did = type === 'customers.behaviour' && typeof eventType === 'string' && BEHAVIOUR[eventType];
  const { zh, en } = did || ENTRY_TYPES[type];
  return { zh: fill(zh, facts), en: fill(en, facts) };
}

function isEntryType(type: string): type is EntryType {
  return Object.hasOwn(ENTRY_TYPES, type);
}

function fill(words: string, facts: Readonly<Record<string, unknown>>): string {
  if (!words.includes('{')) return words;
  return words.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '–'));
}
