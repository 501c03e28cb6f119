import type { PairTarget, SandboxEvents } from '../sandbox.types.js';
import type { XmlField } from '../callbacks/xml.js';
import type { Corp } from '../world/corp.js';
import type { Customer, Follow, ReadonlyCustomer } from '../world/corp.types.js';
import { NICKNAMES } from '../world/names.js';
import { Random, stableText } from '../world/random.js';
import { isListed } from '../rest/visible-range.js';
import { corpOf, servingStaff, type EventHost } from './event-host.js';

const EVENT = 'change_external_contact';
const ADD_WAY_QR = 1;

type CustomerEvents = Pick<
  SandboxEvents,
  | 'addCustomer'
  | 'staffDeletesCustomer'
  | 'customerDeletesStaff'
  | 'editRemark'
  | 'editTags'
  | 'renameCustomerSilently'
  | 'transferFails'
  | 'archiveApproved'
  | 'chat'
>;

type Send = (o: PairTarget, changeType: string, more?: XmlField[]) => void;

/** change_external_contact (page 92130). */
export function customerEvents(host: EventHost): CustomerEvents {
  const send: Send = (o, changeType, more = []) => {
    const fields: XmlField[] = [['UserID', o.userId], ['ExternalUserID', o.externalUserId], ...more];
    host.router.toApps(o, corpOf(host, o), EVENT, changeType, fields, o.userId);
  };
  const end = (o: PairTarget, changeType: string, more: XmlField[] = []) => {
    const { corp, customer, follow } = pairOf(host, o);
    corp.customers.removeFollow(customer, follow);
    host.welcomeCodes.relationEnded({ ...o, corpId: corp.corpId });
    send(o, changeType, more);
  };
  return {
    addCustomer: (o) => addCustomer(host, send, o),
    staffDeletesCustomer: (o) =>
      end(o, 'del_external_contact', o.byTransfer ? [['Source', 'DELETE_BY_TRANSFER']] : []),
    customerDeletesStaff: (o) => end(o, 'del_follow_user'),
    editRemark: (o) => {
      const { follow: relation } = changedPair(host, o);
      relation.remark = o.remark ?? relation.remark;
      relation.description = o.description ?? relation.description;
      relation.mobiles = o.remarkMobiles ?? relation.mobiles;
      relation.remarkCorpName = o.remarkCorpName ?? relation.remarkCorpName;
      send(o, 'edit_external_contact', o.withState && relation.state ? [['State', relation.state]] : []);
    },
    editTags: (o) => {
      const { corp, follow: relation } = changedPair(host, o);
      for (const id of o.addTagIds ?? []) if (!corp.findTag(id)) throw new Error(`no such tag: ${id}`);
      relation.tagIds = changed(relation.tagIds, o.addTagIds, o.removeTagIds);
      relation.personalTags = changed(relation.personalTags, o.addPersonalTags, o.removePersonalTags);
      send(o, 'edit_external_contact');
    },
    chat: (o) => {
      const { corp } = pairOf(host, o);
      host.welcomeCodes.chatStarted({ ...o, corpId: corp.corpId });
    },
    renameCustomerSilently: (o) => {
      const customer = corpOf(host, o).customers.change(o.externalUserId);
      if (!customer) throw new Error(`no such customer: ${o.externalUserId}`);
      customer.name = o.name;
      host.world.changed();
    },
    transferFails: (o) => {
      const fields: XmlField[] = [
        ['FailReason', o.reason ?? 'customer_refused'],
        ['UserID', o.userId],
        ['ExternalUserID', o.externalUserId],
      ];
      host.router.toApps(o, corpOf(host, o), EVENT, 'transfer_fail', fields, o.userId);
    },
    archiveApproved: (o) => {
      const corp = corpOf(host, o);
      const arrival = { ...o, corpId: corp.corpId };
      const welcomeCode = o.welcome ? host.welcomeCodes.issue(arrival) : undefined;
      send(o, 'msg_audit_approved', welcomeCode ? [['WelcomeCode', welcomeCode]] : []);
      return welcomeCode ? { welcomeCode } : {};
    },
  };
}

function addCustomer(host: EventHost, send: Send, o: Parameters<SandboxEvents['addCustomer']>[0]) {
  const corp = corpOf(host, o);
  const staff = servingStaff(corp, o.userId);
  const customer = customerFor(corp, o.externalUserId, o.name);
  follow(host, corp, customer, staff.userId, o);
  // WeCom users of other corps never get a welcome (page 92137), and the console's own goes before the API's.
  const consoleWelcomes = isListed(host.switches.consoleWelcomeUserIds, staff.userId);
  const noWelcome = o.welcome === false || customer.type === 2 || consoleWelcomes;
  const arrival = { corpId: corp.corpId, userId: staff.userId, externalUserId: customer.id };
  const welcomeCode = noWelcome ? undefined : host.welcomeCodes.issue(arrival);
  const pair = { ...o, userId: staff.userId, externalUserId: customer.id };
  const more: XmlField[] = [];
  if (o.state) more.push(['State', o.state]);
  if (welcomeCode) more.push(['WelcomeCode', welcomeCode]);
  send(pair, o.half ? 'add_half_external_contact' : 'add_external_contact', more);
  return { externalUserId: customer.id, ...(welcomeCode ? { welcomeCode } : {}) };
}

function customerFor(
  corp: Corp,
  externalUserId: string | undefined,
  name: string | undefined,
): ReadonlyCustomer {
  const known = externalUserId === undefined ? undefined : corp.customers.find(externalUserId);
  if (externalUserId !== undefined && !known) throw new Error(`no such customer: ${externalUserId}`);
  if (known) return known;
  const id = corp.newId('wm');
  const random = new Random(id);
  const customer: Customer = {
    id,
    name: name ?? random.pick(NICKNAMES),
    type: 1,
    gender: random.pick([0, 1, 2] as const),
    unionId: `o${stableText(27, id, 'unionid')}`,
    follows: [],
  };
  corp.customers.add(customer);
  return customer;
}

/** A relation that exists already stays: a half contact that becomes a full one is the same relation. */
function follow(
  host: EventHost,
  corp: Corp,
  customer: ReadonlyCustomer,
  userId: string,
  o: { addWay?: number; state?: string },
): void {
  if (corp.customers.follow(userId, customer.id)) return;
  corp.customers.addFollow(customer, {
    userId,
    seq: corp.nextSeq(),
    createdAt: host.nowS(),
    addWay: o.addWay ?? ADD_WAY_QR,
    operUserId: customer.id,
    ...(o.state ? { state: o.state } : {}),
  });
}

function pairOf(host: EventHost, o: PairTarget) {
  const corp = corpOf(host, o);
  const customer = corp.customers.find(o.externalUserId);
  const relation = corp.customers.follow(o.userId, o.externalUserId);
  if (!customer || !relation) throw new Error(`${o.userId} does not follow ${o.externalUserId}`);
  return { corp, customer, follow: relation };
}

function changedPair(host: EventHost, o: PairTarget): { corp: Corp; follow: Follow } {
  const corp = corpOf(host, o);
  const relation = corp.customers.changeFollow(o.userId, o.externalUserId);
  if (!relation) throw new Error(`${o.userId} does not follow ${o.externalUserId}`);
  return { corp, follow: relation };
}

function changed(now: string[] = [], add: string[] = [], remove: string[] = []): string[] {
  return [...new Set([...now.filter((item) => !remove.includes(item)), ...add])];
}
