import { Controller, Get, Query } from '@nestjs/common';
import { Endpoint } from '../../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../../platform/http/http.errors.js';
import { type Page, pageOf, PageQuery } from '../../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../../loyalty.errors.js';
import { ACCOUNT_ID_PREFIX } from '../../domain/posting.js';
import { ShownAccounts } from '../queries/shown-accounts.js';
import { statementsErrors } from '../statements.errors.js';
import { StatementPages } from './statement-pages.js';
import { BalanceQuery, BalanceView, StatementLineView, UpcomingExpiryView } from './statements.views.js';

const { account_not_found } = loyaltyErrors;

@Controller('v1/loyalty/accounts/:id')
export class AccountStatementsController {
  constructor(
    private readonly accounts: ShownAccounts,
    private readonly pages: StatementPages,
  ) {}

  @Get('entries')
  @Endpoint({
    id: 'loyalty.list_account_entries',
    summary: { en: 'List what was booked on an account, the newest first', zh: '账户积分流水（新的在前）' },
    scope: 'loyalty:read',
    response: pageOf(StatementLineView),
    errors: [account_not_found, httpErrors.cursor_invalid],
  })
  async entries(
    @PublicIdParam('id', ACCOUNT_ID_PREFIX, account_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<StatementLineView>> {
    return this.pages.entries(id, await this.accounts.one(id), query);
  }

  @Get('balance')
  @Endpoint({
    id: 'loyalty.get_account_balance',
    summary: {
      en: 'Get the balance of an account, now or at any past instant',
      zh: '查询账户当前或任意历史时刻的余额',
    },
    scope: 'loyalty:read',
    response: BalanceView,
    errors: [account_not_found, statementsErrors.instant_in_future],
  })
  async balance(
    @PublicIdParam('id', ACCOUNT_ID_PREFIX, account_not_found) id: string,
    @Query() { at }: BalanceQuery,
  ): Promise<BalanceView> {
    return this.pages.balance(await this.accounts.one(id), at);
  }

  @Get('expiries')
  @Endpoint({
    id: 'loyalty.list_account_expiries',
    summary: { en: 'List which points of an account expire when', zh: '账户即将到期的积分' },
    scope: 'loyalty:read',
    response: pageOf(UpcomingExpiryView),
    errors: [account_not_found, httpErrors.cursor_invalid],
  })
  async expiries(
    @PublicIdParam('id', ACCOUNT_ID_PREFIX, account_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<UpcomingExpiryView>> {
    return this.pages.expiries(id, await this.accounts.one(id), query);
  }
}
