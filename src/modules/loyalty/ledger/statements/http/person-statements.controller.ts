import { Controller, Get, Query } from '@nestjs/common';
import { Endpoint } from '../../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../../platform/http/http.errors.js';
import { type Page, pageOf } from '../../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../../loyalty.errors.js';
import { ShownAccounts } from '../queries/shown-accounts.js';
import { statementsErrors } from '../statements.errors.js';
import { StatementPages } from './statement-pages.js';
import {
  BalanceView,
  PersonBalanceQuery,
  PersonEntriesQuery,
  PersonExpiriesQuery,
  StatementLineView,
  UpcomingExpiryView,
} from './statements.views.js';

const { account_not_found, program_not_found, wallet_not_found } = loyaltyErrors;
const NOT_FOUND = [account_not_found, program_not_found, wallet_not_found];
const CUSTOMER_ID_PREFIX = 'cus';

/** The same as of an account, over all customers that are one person with this one. */
@Controller('v1/loyalty/customers/:id')
export class PersonStatementsController {
  constructor(
    private readonly accounts: ShownAccounts,
    private readonly pages: StatementPages,
  ) {}

  @Get('entries')
  @Endpoint({
    id: 'loyalty.list_customer_entries',
    summary: {
      en: 'List what was booked for a person, the newest first',
      zh: '客户积分流水（新的在前，含同一人的所有客户）',
    },
    scope: 'loyalty:read',
    response: pageOf(StatementLineView),
    errors: [...NOT_FOUND, httpErrors.cursor_invalid],
  })
  async entries(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, account_not_found) id: string,
    @Query() query: PersonEntriesQuery,
  ): Promise<Page<StatementLineView>> {
    const accountIds = await this.accounts.ofPerson(id, query.programId, query.wallet);
    return this.pages.entries(id, accountIds, query);
  }

  @Get('balance')
  @Endpoint({
    id: 'loyalty.get_customer_balance',
    summary: {
      en: "Get a person's balance, now or at any past instant",
      zh: '查询客户当前或任意历史时刻的积分余额',
    },
    scope: 'loyalty:read',
    response: BalanceView,
    errors: [...NOT_FOUND, statementsErrors.instant_in_future],
  })
  async balance(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, account_not_found) id: string,
    @Query() query: PersonBalanceQuery,
  ): Promise<BalanceView> {
    const accountIds = await this.accounts.ofPerson(id, query.programId, query.wallet);
    return this.pages.balance(accountIds, query.at);
  }

  @Get('expiries')
  @Endpoint({
    id: 'loyalty.list_customer_expiries',
    summary: { en: "List which of a person's points expire when", zh: '客户即将到期的积分' },
    scope: 'loyalty:read',
    response: pageOf(UpcomingExpiryView),
    errors: [...NOT_FOUND, httpErrors.cursor_invalid],
  })
  async expiries(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, account_not_found) id: string,
    @Query() query: PersonExpiriesQuery,
  ): Promise<Page<UpcomingExpiryView>> {
    const accountIds = await this.accounts.ofPerson(id, query.programId, query.wallet);
    return this.pages.expiries(id, accountIds, query);
  }
}
