import type { EventTarget, SandboxSwitches } from '../sandbox.types.js';
import type { Places } from '../callbacks/places.js';
import type { EventRouter } from '../callbacks/event-router.js';
import type { KfDesk } from '../kf/kf-desk.js';
import type { MassSendBook } from '../mass-sends/mass-send-book.js';
import type { MomentBook } from '../moments/moment-book.js';
import type { GroupLag } from '../rest/group-lag.js';
import type { Outbox } from '../rest/outbox.js';
import type { Robots } from '../rest/robots.js';
import type { WelcomeCodes } from '../rest/welcome-codes.js';
import type { TransferBook } from '../transfers/transfer-book.js';
import type { Corp } from '../world/corp.js';
import type { StaffMember } from '../world/corp.types.js';
import type { World } from '../world/world.js';

/** What the events need of the sandbox. */
export interface EventHost {
  readonly world: World;
  readonly router: EventRouter;
  readonly places: Places;
  readonly welcomeCodes: WelcomeCodes;
  readonly groupLag: GroupLag;
  readonly outbox: Outbox;
  readonly robots: Robots;
  readonly transfers: TransferBook;
  readonly massSends: MassSendBook;
  readonly moments: MomentBook;
  readonly kf: KfDesk;
  readonly switches: SandboxSwitches;
  readonly nowS: () => number;
}

export function corpOf(host: EventHost, target: Pick<EventTarget, 'corpId'>): Corp {
  return host.world.get(target.corpId);
}

/** A member who may serve customers. */
export function servingStaff(corp: Corp, userId: string): StaffMember {
  const staff = corp.getStaff(userId);
  if (!staff.contactPermission || staff.status !== 1) throw new Error(`${userId} may not serve customers`);
  return staff;
}
