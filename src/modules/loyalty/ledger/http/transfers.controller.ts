import { Body, Controller, Get, Post } from '@nestjs/common';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { CUSTOMER_ID_PREFIX, POINTS_WALLET } from '../../programs/domain/program.js';
import { Programs } from '../../programs/queries/programs.js';
import { type Posting, TRANSFER_ID_PREFIX } from '../domain/posting.js';
import { refusalOf } from '../domain/refusal.js';
import { ShowLedger } from '../queries/show-ledger.js';
import { Ledger } from '../use-cases/ledger.js';
import { AccountsView, AccountView } from './accounts.views.js';
import {
  PostedView,
  ReverseDto,
  TransferDto,
  TransferResultsView,
  TransferResultView,
  TransfersDto,
  TransferView,
} from './transfers.views.js';

const { transfer_not_found, customer_not_found } = loyaltyErrors;
/** What the ledger may say to an order. */
const REFUSALS = [
  loyaltyErrors.program_not_found,
  loyaltyErrors.program_ended,
  loyaltyErrors.wallet_not_found,
  loyaltyErrors.wallet_not_spendable,
  customer_not_found,
  loyaltyErrors.member_frozen,
  loyaltyErrors.points_insufficient,
  loyaltyErrors.key_reused,
  loyaltyErrors.time_in_future,
  loyaltyErrors.time_too_old,
  loyaltyErrors.overflow,
];

@Controller('v1/loyalty')
export class TransfersController {
  constructor(
    private readonly ledger: Ledger,
    private readonly programs: Programs,
    private readonly shown: ShowLedger,
  ) {}

  @Post('transfers')
  @Endpoint({
    id: 'loyalty.post_transfer',
    summary: { en: 'Book points: earned or spent', zh: '积分入账或消耗' },
    description: {
      en: 'Its `key` books it once for ever: the same order again answers the first result, another order with the key is refused.',
      zh: '`key` 永久唯一：相同请求返回首次结果，相同 key 的不同请求会被拒绝。',
    },
    scope: 'loyalty:write',
    response: PostedView,
    errors: REFUSALS,
  })
  async post(@Body() body: TransferDto): Promise<PostedView> {
    const [posting] = await this.postingsOf([body]);
    const [result] = await this.ledger.post(posting ? [posting] : []);
    if (!result) throw new Error('an order came back without a result');
    if (result.outcome === 'refused') throw refusalOf(result.code);
    return PostedView.of(result);
  }

  @Post('transfers/bulk')
  @Endpoint({
    id: 'loyalty.post_transfers',
    summary: {
      en: 'Book up to 1,000 transfers, each with a result of its own',
      zh: '批量积分入账或消耗（最多 1000 笔，逐笔返回结果）',
    },
    description: {
      en: 'Booked in their order, each wholly or not at all. Sent again, all that was booked answers its first result.',
      zh: '按顺序逐笔处理，每笔全部成功或全部不生效。重复提交时，已入账的返回首次结果。',
    },
    scope: 'loyalty:write',
    response: TransferResultsView,
  })
  async postAll(@Body() { transfers }: TransfersDto): Promise<TransferResultsView> {
    const results = await this.ledger.post(await this.postingsOf(transfers));
    return { results: results.map(TransferResultView.of) };
  }

  @Get('transfers/:id')
  @Endpoint({
    id: 'loyalty.get_transfer',
    summary: { en: 'Get one transfer with its entries', zh: '查询一笔积分流水' },
    scope: 'loyalty:read',
    response: TransferView,
    errors: [transfer_not_found],
  })
  async get(@PublicIdParam('id', TRANSFER_ID_PREFIX, transfer_not_found) id: string): Promise<TransferView> {
    const { transfer, entries } = await this.shown.transfer(id);
    return TransferView.ofAll(transfer, entries);
  }

  @Post('transfers/:id/reverse')
  @Endpoint({
    id: 'loyalty.reverse_transfer',
    summary: { en: 'Take a transfer back, wholly or in part', zh: '冲正一笔积分流水（可部分）' },
    description: {
      en: 'Points spent return to the very lots they came from, with their expiry, and pay what is owed first. Points earned are taken from what the account has; the rest is owed and paid by later earnings.',
      zh: '消耗的积分退回原批次并保留原到期时间，先抵扣欠款；已发放的积分从账户余额中扣回，不足部分记为欠款，由后续获得的积分抵扣。',
    },
    scope: 'loyalty:write',
    response: PostedView,
    errors: [
      transfer_not_found,
      loyaltyErrors.transfer_not_reversible,
      loyaltyErrors.reversal_exceeds,
      loyaltyErrors.key_reused,
    ],
  })
  async reverse(
    @PublicIdParam('id', TRANSFER_ID_PREFIX, transfer_not_found) id: string,
    @Body() { key, amount, reason }: ReverseDto,
  ): Promise<PostedView> {
    const { programId } = (await this.shown.transfer(id)).transfer;
    const [result] = await this.ledger.reverse([
      {
        key,
        programId,
        transferId: id,
        ...(amount !== undefined && { amount }),
        ...(reason !== undefined && { reason }),
      },
    ]);
    if (!result) throw new Error('an order came back without a result');
    if (result.outcome === 'refused') throw refusalOf(result.code);
    return PostedView.of(result);
  }

  @Get('customers/:id/accounts')
  @Endpoint({
    id: 'loyalty.list_customer_accounts',
    summary: { en: "List a person's points accounts", zh: '查询客户的积分账户' },
    description: {
      en: 'Of all customers that are one person with this one, in all programs.',
      zh: '包含与该客户合并为同一人的所有客户，及所有积分计划。',
    },
    scope: 'loyalty:read',
    response: AccountsView,
    errors: [customer_not_found],
  })
  async accounts(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, customer_not_found) id: string,
  ): Promise<AccountsView> {
    return { items: (await this.shown.accountsOf(id)).map(AccountView.of) };
  }

  private async postingsOf(transfers: readonly TransferDto[]): Promise<Posting[]> {
    const isLeftOut = transfers.some(({ programId }) => programId === undefined);
    const byDefault = isLeftOut ? (await this.programs.default()).id : '';
    return transfers.map(({ programId = byDefault, wallet = POINTS_WALLET, ...transfer }) => ({
      ...transfer,
      programId,
      wallet,
    }));
  }
}
