/** 微信客服: what customers, servicers and administrators do; part of `control.events`. */

import type { EventTarget } from './sandbox-events.types.js';

export type KfTarget = EventTarget & { openKfId: string };
export type KfPairTarget = KfTarget & { externalUserId: string };

/** All but the first two land in the log of the account and send `kf_msg_or_event`. */
export interface KfPeople {
  /** An account under an app (通过API管理会话消息); kf_account_auth_change follows. */
  addKfAccount(o: EventTarget & { agentId?: number; name?: string; servicerUserIds: string[] }): {
    openKfId: string;
  };
  removeKfAccount(o: KfTarget): void;
  /** Through a kf link. Without `externalUserId` somebody new. */
  customerEntersKf(o: KfTarget & { externalUserId?: string; scene?: string; sceneParam?: string }): {
    externalUserId: string;
    welcomeCode?: string;
  };
  customerWritesKf(o: KfTarget & { externalUserId?: string; text: string; menuId?: string }): {
    externalUserId: string;
    msgId: string;
  };
  customerRecallsKf(o: KfPairTarget & { msgId: string }): void;
  /** A message that `send_msg` took does not arrive: msg_send_fail. */
  kfMessageFails(o: KfPairTarget & { msgId: string; failType: number }): void;
  /** Reopens an ended session. */
  servicerWritesKf(o: KfPairTarget & { userId: string; text: string }): void;
  /** From the pool. */
  servicerTakesKf(o: KfPairTarget & { userId: string }): void;
  /** To another servicer, `userId`. */
  servicerTransfersKf(o: KfPairTarget & { userId: string }): void;
  servicerEndsKf(o: KfPairTarget): void;
  servicerPausesKf(o: KfTarget & { userId: string; paused: boolean }): void;
}
