/** What people do in their clients and in the console with what the API has started; part of `control.events`. */

import type { EventTarget } from './sandbox-events.types.js';

export interface SandboxPeople {
  /** transfer_fail follows; the customer stays where he is. */
  customerRefusesTransfer(o: EventTarget & { externalUserId: string }): void;
  /** At once instead of after 24 h. */
  customerAcceptsTransfer(o: EventTarget & { externalUserId: string }): void;
}
