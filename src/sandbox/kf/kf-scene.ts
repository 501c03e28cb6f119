import type { XmlField } from '../callbacks/xml.js';
import type { EventHost } from '../control/event-host.js';
import type { EventTarget, KfPairTarget } from '../sandbox.types.js';
import type { KfAccount } from './kf-account.js';
import type { KfSession } from './kf-session.js';

export const ORIGIN = { customer: 3, system: 4, servicer: 5 };

/** Puts what people did into the log of the account, and rings the bell. */
export class KfScene {
  constructor(readonly host: EventHost) {}

  write(account: KfAccount, target: EventTarget, message: Record<string, unknown>): string {
    const msgId = account.append(this.host.nowS(), message);
    this.ring(account, target);
    return msgId;
  }

  event(account: KfAccount, o: KfPairTarget, type: string, fields: object): void {
    const pair = { open_kfid: account.openKfId, external_userid: o.externalUserId };
    const event = { event_type: type, ...pair, ...fields };
    this.write(account, o, { origin: ORIGIN.system, msgtype: 'event', event });
  }

  account(openKfId: string): KfAccount {
    const account = this.host.kf.find(openKfId);
    if (!account) throw new Error(`no such kf account: ${openKfId}`);
    return account;
  }

  pair(o: KfPairTarget): { account: KfAccount; session: KfSession } {
    const account = this.account(o.openKfId);
    const session = account.session(o.externalUserId, this.host.nowS());
    if (!session.hasWritten) throw new Error(`${o.externalUserId} has not written to ${o.openKfId}`);
    return { account, session };
  }

  /** The bell carries a token and no content; it has no FromUserName (page 94670). */
  private ring({ corpId, agentId, openKfId }: KfAccount, target: EventTarget): void {
    const { host } = this;
    const fields: XmlField[] = [
      ['Token', host.kf.issueToken(openKfId, host.nowS())],
      ['OpenKfId', openKfId],
    ];
    const app = host.world.get(corpId).app(agentId);
    host.router.toPlace(target, corpId, app, 'kf_msg_or_event', fields, '');
  }
}
