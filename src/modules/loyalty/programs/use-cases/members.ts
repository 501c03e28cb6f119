import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Events } from '../../../../platform/events/events.js';
import { CustomersFacade } from '../../../customers/index.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { ENTRIES_PER_EVENT_MAX, memberJoined } from '../../loyalty.events.js';
import { MemberStore } from '../persistence/member-store.js';
import { Programs } from '../queries/programs.js';

/** Who takes part in a program. Inside an open unit of work. */
@Injectable()
export class Members {
  constructor(
    private readonly store: MemberStore,
    private readonly programs: Programs,
    private readonly customers: CustomersFacade,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * Makes customers members, with an account in each wallet; who is one stays one.
   * @returns the member's id by customer; customers that do not exist are missing.
   * @throws loyalty.program_not_found
   */
  async enrol(programId: string, customerIds: readonly string[]): Promise<Map<string, string>> {
    const { wallets } = await this.programs.get(programId);
    const known = [...(await this.customers.known(customerIds))].sort();
    const rows = known.map((customerId) => ({ id: this.ids.next(), customerId }));
    const joined = await this.store.insert(programId, rows, this.clock.now());
    const members = await this.store.idsOf(programId, known);
    await this.store.openAccounts(
      programId,
      [...members].flatMap(([customerId, memberId]) =>
        wallets.map(({ id: walletId }) => ({ id: this.ids.next(), memberId, customerId, walletId })),
      ),
    );
    for (let at = 0; at < joined.length; at += ENTRIES_PER_EVENT_MAX) {
      await this.events.append(memberJoined, {
        programId,
        memberIds: joined.slice(at, at + ENTRIES_PER_EVENT_MAX),
      });
    }
    return members;
  }

  /** From the next commit on he spends nothing; earnings are booked. A second time changes nothing. @throws loyalty.member_not_found */
  async freeze(memberId: string, reason: string): Promise<void> {
    await this.setFrozen(memberId, { at: this.clock.now(), reason });
  }

  /** @throws loyalty.member_not_found */
  async unfreeze(memberId: string): Promise<void> {
    await this.setFrozen(memberId, undefined);
  }

  private async setFrozen(memberId: string, frozen: { at: Date; reason: string } | undefined): Promise<void> {
    await this.store.lockAccounts(memberId); // a posting that has begun ends first, and none overlooks what comes now
    if (!(await this.store.setFrozen(memberId, frozen))) throw loyaltyErrors.member_not_found();
  }
}
