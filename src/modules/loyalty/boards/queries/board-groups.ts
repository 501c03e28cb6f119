import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { CustomersFacade } from '../../../customers/index.js';
import { GroupChatsFacade } from '../../../group-chats/index.js';
import { boardsErrors } from '../boards.errors.js';

/** Who of a program is meant. Inside an open unit of work. */
@Injectable()
export class BoardGroups {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomersFacade,
    private readonly groupChats: GroupChatsFacade,
  ) {}

  async memberOf(programId: string, customerId: string): Promise<string | undefined> {
    return (await this.membersOf(programId, [customerId]))[0];
  }

  /** Members of the program who are in the group chat now. @throws loyalty.board_group_not_found */
  async membersIn(groupChatId: string, programId: string): Promise<string[]> {
    const externalUserIds = await this.groupChats.externalUserIdsIn(groupChatId);
    if (!externalUserIds) throw boardsErrors.board_group_not_found();
    return this.membersOf(programId, await this.customers.idsOfContacts(externalUserIds));
  }

  private async membersOf(programId: string, customerIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM loyalty.members WHERE corp_id = $1 AND program_id = $2 AND customer_id = ANY($3::uuid[])`,
      [this.database.corpId, programId, customerIds],
    );
    return rows.map(({ id }) => id);
  }
}
