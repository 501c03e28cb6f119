import type { KfPeople } from '../sandbox.types.js';
import type { KfAccount } from './kf-account.js';
import { ORIGIN, type KfScene } from './kf-scene.js';

const WELCOME_PAUSE_S = 48 * 3600;

type KfCustomers = Pick<
  KfPeople,
  'customerEntersKf' | 'customerWritesKf' | 'customerRecallsKf' | 'kfMessageFails'
>;

/** What customers do in WeChat. */
export function kfCustomers(scene: KfScene): KfCustomers {
  const { host } = scene;
  const someone = (account: KfAccount) => host.world.get(account.corpId).newId('wm');
  return {
    customerEntersKf: (o) => {
      const account = scene.account(o.openKfId);
      const externalUserId = o.externalUserId ?? someone(account);
      const welcomeCode = welcomeFor(scene, account, externalUserId);
      scene.event(account, { ...o, externalUserId }, 'enter_session', {
        scene: o.scene ?? '',
        scene_param: o.sceneParam ?? '',
        ...(welcomeCode ? { welcome_code: welcomeCode } : {}),
      });
      return { externalUserId, ...(welcomeCode ? { welcomeCode } : {}) };
    },
    customerWritesKf: (o) => {
      const account = scene.account(o.openKfId);
      const externalUserId = o.externalUserId ?? someone(account);
      account.session(externalUserId, host.nowS()).customerWrites(host.nowS());
      const text = { content: o.text, ...(o.menuId ? { menu_id: o.menuId } : {}) };
      const from = { open_kfid: account.openKfId, external_userid: externalUserId, origin: ORIGIN.customer };
      return { externalUserId, msgId: scene.write(account, o, { ...from, msgtype: 'text', text }) };
    },
    customerRecallsKf: (o) =>
      scene.event(scene.account(o.openKfId), o, 'user_recall_msg', { recall_msgid: o.msgId }),
    kfMessageFails: (o) =>
      scene.event(scene.account(o.openKfId), o, 'msg_send_fail', {
        fail_msgid: o.msgId,
        fail_type: o.failType,
      }),
  };
}

/** Only for a customer who got none in the last 48 h and has not written. */
function welcomeFor({ host }: KfScene, account: KfAccount, externalUserId: string): string | undefined {
  const session = account.session(externalUserId, host.nowS());
  const welcomed = host.nowS() - (session.welcomedAt ?? -Infinity) < WELCOME_PAUSE_S;
  if (welcomed || session.hasWritten) return undefined;
  return host.kf.issueCode({ account, externalUserId }, host.nowS());
}
