import { Injectable } from '@nestjs/common';
import { Database } from '../../../../../platform/database/database.js';
import { CustomersFacade } from '../../../../customers/index.js';
import { loyaltyErrors } from '../../../loyalty.errors.js';
import { DEFAULT_PROGRAM } from '../../../programs/domain/program.js';
import { Programs } from '../../../programs/queries/programs.js';

/** Which accounts a statement is about. Inside an open unit of work. */
@Injectable()
export class ShownAccounts {
  constructor(
    private readonly database: Database,
    private readonly programs: Programs,
    private readonly customers: CustomersFacade,
  ) {}

  /** @throws loyalty.account_not_found */
  async one(accountId: string): Promise<string[]> {
    const found = await this.database.maybeOne<{ id: string }>(
      'SELECT id FROM loyalty.accounts WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, accountId],
    );
    if (!found) throw loyaltyErrors.account_not_found();
    return [found.id];
  }

  /**
   * Those of all customers that are one person with this one.
   * @param programId the default program when left out.
   * @throws loyalty.program_not_found, wallet_not_found, account_not_found while none of them has one
   */
  async ofPerson(customerId: string, programId: string | undefined, wallet: string): Promise<string[]> {
    const program =
      programId === undefined
        ? await this.programs.byKey(DEFAULT_PROGRAM)
        : await this.programs.get(programId);
    if (!program) throw loyaltyErrors.program_not_found();
    const walletId = program.wallets.find(({ key }) => key === wallet)?.id;
    if (walletId === undefined) throw loyaltyErrors.wallet_not_found();
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM loyalty.accounts
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND wallet_id = $3 ORDER BY id`,
      [this.database.corpId, await this.customers.customersOf(customerId), walletId],
    );
    if (rows.length === 0) throw loyaltyErrors.account_not_found();
    return rows.map(({ id }) => id);
  }
}
