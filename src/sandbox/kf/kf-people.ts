import type { EventHost } from '../control/event-host.js';
import type { EventTarget, KfPairTarget, KfPeople } from '../sandbox.types.js';
import { KfAccount } from './kf-account.js';
import type { KfSession, KfState } from './kf-session.js';

const WELCOME_PAUSE_S = 48 * 3600;
const ORIGIN = { customer: 3, system: 4, servicer: 5 };
const CHANGE = { taken: 1, transferred: 2, ended: 3, reopened: 4 };

/** What customers do in WeChat and servicers in their clients: each lands in the log and rings the bell. */
export function kfPeople(host: EventHost): KfPeople {
  const write = (account: KfAccount, o: EventTarget, message: Record<string, unknown>) => {
    const msgId = account.append(host.nowS(), message);
    ring(host, account, o);
    return msgId;
  };
  const event = (account: KfAccount, o: KfPairTarget, type: string, fields: object) =>
    write(account, o, {
      origin: ORIGIN.system,
      msgtype: 'event',
      event: { event_type: type, open_kfid: account.openKfId, external_userid: o.externalUserId, ...fields },
    });
  const change = (o: KfPairTarget, state: KfState, type: number, newUserId?: string) => {
    const { account, session } = pairOf(host, o);
    const before = session.servicerUserId;
    if (type === CHANGE.reopened && newUserId) session.reopen(host.nowS(), newUserId);
    else session.enter(state, newUserId);
    const withCode = (type === CHANGE.taken || type === CHANGE.ended) && session.earnsCode(state);
    const code = { state, account, externalUserId: o.externalUserId };
    event(account, o, 'session_status_change', {
      change_type: type,
      ...(type !== CHANGE.taken && before ? { old_servicer_userid: before } : {}),
      ...(newUserId ? { new_servicer_userid: newUserId } : {}),
      ...(withCode ? { msg_code: host.kf.issueCode(code, host.nowS()) } : {}),
    });
  };
  return {
    ...administration(host),
    customerEntersKf: (o) => {
      const account = accountOf(host, o.openKfId);
      const pair = { ...o, externalUserId: o.externalUserId ?? host.world.get(account.corpId).newId('wm') };
      const session = account.session(pair.externalUserId, host.nowS());
      const welcomeCode = welcomeFor(host, account, session, pair.externalUserId);
      event(account, pair, 'enter_session', {
        scene: o.scene ?? '',
        scene_param: o.sceneParam ?? '',
        ...(welcomeCode ? { welcome_code: welcomeCode } : {}),
      });
      return { externalUserId: pair.externalUserId, ...(welcomeCode ? { welcomeCode } : {}) };
    },
    customerWritesKf: (o) => {
      const account = accountOf(host, o.openKfId);
      const externalUserId = o.externalUserId ?? host.world.get(account.corpId).newId('wm');
      account.session(externalUserId, host.nowS()).customerWrites(host.nowS());
      const text = { content: o.text, ...(o.menuId ? { menu_id: o.menuId } : {}) };
      const from = { open_kfid: account.openKfId, external_userid: externalUserId, origin: ORIGIN.customer };
      return { externalUserId, msgId: write(account, o, { ...from, msgtype: 'text', text }) };
    },
    customerRecallsKf: (o) =>
      void event(accountOf(host, o.openKfId), o, 'user_recall_msg', { recall_msgid: o.msgId }),
    kfMessageFails: (o) =>
      void event(accountOf(host, o.openKfId), o, 'msg_send_fail', {
        fail_msgid: o.msgId,
        fail_type: o.failType,
      }),
    servicerWritesKf: (o) => {
      const { account, session } = pairOf(host, o);
      servicer(account, o.userId);
      if (session.state === 4) change(o, 3, CHANGE.reopened, o.userId);
      write(account, o, {
        open_kfid: account.openKfId,
        external_userid: o.externalUserId,
        origin: ORIGIN.servicer,
        servicer_userid: o.userId,
        msgtype: 'text',
        text: { content: o.text },
      });
    },
    servicerTakesKf: (o) => {
      const { account, session } = pairOf(host, o);
      if (session.state !== 2) throw new Error('the customer does not wait in the pool');
      servicer(account, o.userId);
      change(o, 3, CHANGE.taken, o.userId);
    },
    servicerTransfersKf: (o) => {
      const { account, session } = pairOf(host, o);
      if (session.state !== 3) throw new Error('no servicer has this customer');
      servicer(account, o.userId);
      change(o, 3, CHANGE.transferred, o.userId);
    },
    servicerEndsKf: (o) => {
      if (pairOf(host, o).session.state !== 3) throw new Error('no servicer has this customer');
      change(o, 4, CHANGE.ended);
    },
    servicerPausesKf: (o) => {
      const account = accountOf(host, o.openKfId);
      servicer(account, o.userId);
      account.servicers.set(o.userId, !o.paused);
      // Other numbers than in servicer/list (messaging-and-media.md section 5.2).
      const status = o.paused ? { status: 2, stop_type: 0 } : { status: 1 };
      const fields = { event_type: 'servicer_status_change', servicer_userid: o.userId, ...status };
      const body = { ...fields, open_kfid: account.openKfId };
      write(account, o, { origin: ORIGIN.system, msgtype: 'event', event: body });
    },
  };
}

function administration(host: EventHost): Pick<KfPeople, 'addKfAccount' | 'removeKfAccount'> {
  const tell = (account: KfAccount, o: EventTarget, field: string) => {
    const app = host.world.get(account.corpId).app(account.agentId);
    const fields: [string, string][] = [[field, account.openKfId]];
    host.router.toPlace(o, account.corpId, app, 'kf_account_auth_change', fields);
  };
  return {
    addKfAccount: (o) => {
      const corp = host.world.get(o.corpId);
      const account = new KfAccount(corp.corpId, corp.app(o.agentId).agentId, o.name ?? '售后咨询');
      for (const userId of o.servicerUserIds) account.servicers.set(corp.getStaff(userId).userId, true);
      host.kf.add(account);
      tell(account, o, 'AuthAddOpenKfId');
      return { openKfId: account.openKfId };
    },
    removeKfAccount: (o) => {
      const account = accountOf(host, o.openKfId);
      host.kf.remove(o.openKfId);
      tell(account, o, 'AuthDelOpenKfId');
    },
  };
}

/** The bell carries a token and no content; it has no FromUserName (page 94670). */
function ring(host: EventHost, account: KfAccount, target: EventTarget): void {
  const { corpId, agentId, openKfId } = account;
  const token = host.kf.issueToken(openKfId, host.nowS());
  const fields: [string, string][] = [
    ['Token', token],
    ['OpenKfId', openKfId],
  ];
  host.router.toPlace(target, corpId, host.world.get(corpId).app(agentId), 'kf_msg_or_event', fields, '');
}

/** Only for a customer who got none in the last 48 h and has not written. */
function welcomeFor(
  host: EventHost,
  account: KfAccount,
  session: KfSession,
  externalUserId: string,
): string | undefined {
  const welcomed = host.nowS() - (session.welcomedAt ?? -Infinity) < WELCOME_PAUSE_S;
  if (welcomed || session.hasWritten) return undefined;
  return host.kf.issueCode({ account, externalUserId }, host.nowS());
}

function accountOf(host: EventHost, openKfId: string): KfAccount {
  const account = host.kf.find(openKfId);
  if (!account) throw new Error(`no such kf account: ${openKfId}`);
  return account;
}

function pairOf(host: EventHost, o: KfPairTarget): { account: KfAccount; session: KfSession } {
  const account = accountOf(host, o.openKfId);
  const session = account.session(o.externalUserId, host.nowS());
  if (!session.hasWritten) throw new Error(`${o.externalUserId} has not written to ${o.openKfId}`);
  return { account, session };
}

function servicer(account: KfAccount, userId: string): void {
  if (!account.servicers.has(userId)) throw new Error(`${userId} does not serve ${account.openKfId}`);
}
