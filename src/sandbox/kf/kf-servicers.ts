import type { KfPairTarget, KfPeople } from '../sandbox.types.js';
import type { KfAccount } from './kf-account.js';
import { ORIGIN, type KfScene } from './kf-scene.js';
import type { KfState } from './kf-session.js';

const CHANGE = { taken: 1, transferred: 2, ended: 3, reopened: 4 };

type KfServicers = Pick<
  KfPeople,
  'servicerWritesKf' | 'servicerTakesKf' | 'servicerTransfersKf' | 'servicerEndsKf' | 'servicerPausesKf'
>;

/** What servicers do in their clients: unlike changes by API it is written into the log. */
export function kfServicers(scene: KfScene): KfServicers {
  return {
    servicerWritesKf: (o) => {
      const { account, session } = scene.pair(o);
      refuseStranger(account, o.userId);
      if (session.state === 4) change(scene, o, 3, CHANGE.reopened, o.userId);
      scene.write(account, o, {
        open_kfid: account.openKfId,
        external_userid: o.externalUserId,
        origin: ORIGIN.servicer,
        servicer_userid: o.userId,
        msgtype: 'text',
        text: { content: o.text },
      });
    },
    servicerTakesKf: (o) => {
      const { account, session } = scene.pair(o);
      if (session.state !== 2) throw new Error('the customer does not wait in the pool');
      refuseStranger(account, o.userId);
      change(scene, o, 3, CHANGE.taken, o.userId);
    },
    servicerTransfersKf: (o) => {
      const { account, session } = scene.pair(o);
      if (session.state !== 3) throw new Error('no servicer has this customer');
      refuseStranger(account, o.userId);
      change(scene, o, 3, CHANGE.transferred, o.userId);
    },
    servicerEndsKf: (o) => {
      if (scene.pair(o).session.state !== 3) throw new Error('no servicer has this customer');
      change(scene, o, 4, CHANGE.ended);
    },
    servicerPausesKf: (o) => {
      const account = scene.account(o.openKfId);
      refuseStranger(account, o.userId);
      account.servicers.set(o.userId, !o.paused);
      // Other numbers than in servicer/list (messaging-and-media.md section 5.2).
      const status = o.paused ? { status: 2, stop_type: 0 } : { status: 1 };
      const event = { event_type: 'servicer_status_change', servicer_userid: o.userId, ...status };
      const message = { event: { ...event, open_kfid: account.openKfId }, msgtype: 'event' };
      scene.write(account, o, { origin: ORIGIN.system, ...message });
    },
  };
}

function change(scene: KfScene, o: KfPairTarget, state: KfState, type: number, newUserId?: string): void {
  const { host } = scene;
  const { account, session } = scene.pair(o);
  const before = session.servicerUserId;
  if (type === CHANGE.reopened && newUserId) session.reopen(host.nowS(), newUserId);
  else session.enter(state, newUserId);
  const withCode = (type === CHANGE.taken || type === CHANGE.ended) && session.earnsCode(state);
  const code = { state, account, externalUserId: o.externalUserId };
  scene.event(account, o, 'session_status_change', {
    change_type: type,
    ...(type !== CHANGE.taken && before ? { old_servicer_userid: before } : {}),
    ...(newUserId ? { new_servicer_userid: newUserId } : {}),
    ...(withCode ? { msg_code: host.kf.issueCode(code, host.nowS()) } : {}),
  });
}

function refuseStranger(account: KfAccount, userId: string): void {
  if (!account.servicers.has(userId)) throw new Error(`${userId} does not serve ${account.openKfId}`);
}
