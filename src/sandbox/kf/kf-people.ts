import type { XmlField } from '../callbacks/xml.js';
import type { EventHost } from '../control/event-host.js';
import type { EventTarget, KfPeople } from '../sandbox.types.js';
import { KfAccount } from './kf-account.js';
import { kfCustomers } from './kf-customers.js';
import { KfScene } from './kf-scene.js';
import { kfServicers } from './kf-servicers.js';

/** Everybody around 微信客服. */
export function kfPeople(host: EventHost): KfPeople {
  const scene = new KfScene(host);
  return { ...administrators(scene), ...kfCustomers(scene), ...kfServicers(scene) };
}

function administrators(scene: KfScene): Pick<KfPeople, 'addKfAccount' | 'removeKfAccount'> {
  const { host } = scene;
  const tell = (account: KfAccount, target: EventTarget, field: string) => {
    const app = host.world.get(account.corpId).app(account.agentId);
    const fields: XmlField[] = [[field, account.openKfId]];
    host.router.toPlace(target, account.corpId, app, 'kf_account_auth_change', fields);
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
      const account = scene.account(o.openKfId);
      host.kf.remove(o.openKfId);
      tell(account, o, 'AuthDelOpenKfId');
    },
  };
}
