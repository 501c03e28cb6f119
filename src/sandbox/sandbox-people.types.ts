/** What people do in their clients and in the console with what the API has started; part of `control.events`. */

import type { EventTarget } from './sandbox-events.types.js';
import type { KfPeople } from './sandbox-kf.types.js';

export interface SandboxPeople extends KfPeople {
  /** A member adds a robot to an internal group; the key goes into the webhook's URL. */
  addRobot(o: { corpId?: string }): { key: string };
  removeRobot(o: { key: string }): void;

  /** transfer_fail follows; the customer stays where he is. */
  customerRefusesTransfer(o: EventTarget & { externalUserId: string }): void;
  /** At once instead of after 24 h. */
  customerAcceptsTransfer(o: EventTarget & { externalUserId: string }): void;
  /** A member sends what the API prepared for him; `only` where he may select. No callback tells of it. */
  confirmMassSend(o: { corpId?: string; msgId: string; userId: string; only?: string[] }): void;
  /** A member makes a mass message himself; it counts in the receive quota of the customers. */
  sendOwnMass(o: { corpId?: string; userId: string; externalUserIds: string[]; text: string }): {
    msgId: string;
  };

  /** A member publishes what the API prepared for him. No callback tells of it. */
  publishMoment(o: { corpId?: string; momentId: string; userId: string }): void;
  /** A customer comments on or likes what this member published. */
  reactToMoment(o: {
    corpId?: string;
    momentId: string;
    userId: string;
    externalUserId: string;
    kind: 'comment' | 'like';
  }): void;
  postOwnMoment(o: { corpId?: string; userId: string; text: string }): { momentId: string };
  deleteMoment(o: { corpId?: string; momentId: string }): void;

  /** low_active_alert now; a week later low_active, and the customers of these members answer 48011. */
  appLittleUsed(o: EventTarget & { agentId?: number; inactiveUserIds: string[] }): void;
  /** active_restored: nobody is inactive any more, a warning is withdrawn. */
  membersUseAppAgain(o: EventTarget & { agentId?: number }): void;
  /** inactive_alert now; a week later close_inactive_agent, and the app is switched off. */
  appUnused(o: EventTarget & { agentId?: number }): void;
  /** reopen_inactive_agent. */
  administratorReopensApp(o: EventTarget & { agentId?: number }): void;

  /** Messages that the archive can be asked for: msgaudit_notify, at most every 15 s. */
  archiveMessages(o: EventTarget): void;
}
