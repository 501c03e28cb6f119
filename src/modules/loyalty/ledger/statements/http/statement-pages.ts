import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../../platform/clock/clock.js';
import { Cursors } from '../../../../../platform/http/cursors.js';
import { keysetPage } from '../../../../../platform/http/keyset-page.js';
import type { Page, PageQuery } from '../../../../../platform/http/page.js';
import type { LinePlace } from '../domain/statement.js';
import { Statements } from '../queries/statements.js';
import { statementsErrors } from '../statements.errors.js';
import { BalanceView, StatementLineView, UpcomingExpiryView } from './statements.views.js';

/** The same three answers about one account and about all accounts of a person. */
@Injectable()
export class StatementPages {
  constructor(
    private readonly statements: Statements,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  /** @param subject binds the cursor: pages of another account are refused. */
  entries(
    subject: string,
    accountIds: readonly string[],
    query: PageQuery,
  ): Promise<Page<StatementLineView>> {
    return keysetPage(this.cursors, {
      name: `loyalty-entries ${subject}`,
      query,
      read: (after: LinePlace | undefined, limit) => this.statements.entries(accountIds, after, limit),
      keyOf: ({ place, accountId, seq }) => ({ at: place, accountId, seq }),
      viewOf: StatementLineView.of,
    });
  }

  expiries(
    subject: string,
    accountIds: readonly string[],
    query: PageQuery,
  ): Promise<Page<UpcomingExpiryView>> {
    return keysetPage(this.cursors, {
      name: `loyalty-expiries ${subject}`,
      query,
      read: (after: { expiresAt: string } | undefined, limit) =>
        this.statements.expiries(accountIds, after, limit),
      keyOf: ({ expiresAt }) => ({ expiresAt: expiresAt.toISOString() }),
      viewOf: UpcomingExpiryView.of,
    });
  }

  /** @throws loyalty.instant_in_future */
  async balance(accountIds: readonly string[], at: Date | undefined): Promise<BalanceView> {
    const now = this.clock.now();
    if (at && at > now) throw statementsErrors.instant_in_future();
    return at
      ? BalanceView.past(at, await this.statements.balanceAt(accountIds, at))
      : BalanceView.now(now, await this.statements.balance(accountIds));
  }
}
