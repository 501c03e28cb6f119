import { Body, Controller, Get, Headers, Post, Query } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { Idempotency } from '../../../../platform/http/idempotency.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { couponsErrors } from '../../coupons.errors.js';
import { claimLinksErrors } from '../claim-links.errors.js';
import { LINK_ID_PREFIX } from '../domain/claim-link.js';
import { ISSUE_REFUSALS, refusalOf } from '../domain/refusal.js';
import { ClaimLinks } from '../use-cases/claim-links.js';
import { LinkClaims } from '../use-cases/link-claims.js';
import {
  ClaimLinkDto,
  ClaimLinksDto,
  ClaimLinksQuery,
  ClaimLinkView,
  LinkClaimDto,
  LinkResultsView,
  LinkResultView,
} from './claim-links.views.js';
import { ClaimedView } from './claims.views.js';

const {
  claim_link_not_found,
  claim_link_expired,
  claim_link_of_other,
  claim_link_time,
  identifier_ambiguous,
} = claimLinksErrors;

@Controller('v1/coupons/claim-links')
export class ClaimLinksController {
  constructor(
    private readonly links: ClaimLinks,
    private readonly claims: LinkClaims,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'coupons.make_claim_link',
    summary: { en: 'Make a link to claim from a batch', zh: '创建领券链接' },
    description: {
      en: 'For one customer or for everybody who comes; a person gets one coupon by it. Its page, under /c/ at this server, shows what there is to claim and nothing personal. To claim, the customer logs in on your own page, which calls coupons.claim_by_link.',
      zh: '可指定单个客户，也可面向所有人；每人通过一条链接领取一张。本服务 /c/ 下的页面只展示券信息，不含任何个人信息。客户在商家自己的页面登录后，由商家调用 coupons.claim_by_link 领取。',
    },
    scope: 'coupons:write',
    status: 201,
    response: ClaimLinkView,
    errors: [couponsErrors.batch_not_found, couponsErrors.customer_not_found, claim_link_time],
  })
  async make(@Body() body: ClaimLinkDto): Promise<ClaimLinkView> {
    return ClaimLinkView.of(await this.links.make(ClaimLinkDto.wantedOf(body)));
  }

  @Post('bulk')
  @Endpoint({
    id: 'coupons.make_claim_links',
    summary: {
      en: 'Make up to 1,000 links, each with a result of its own',
      zh: '批量创建领券链接（最多 1000 条，逐条返回结果）',
    },
    description: {
      en: 'Such as one for each customer of a mailing. Sent again, a `key` answers the link that it made.',
      zh: '例如为每位客户各建一条。重复提交时，相同 `key` 返回首次创建的链接。',
    },
    scope: 'coupons:write',
    response: LinkResultsView,
  })
  async makeMany(@Body() { links }: ClaimLinksDto): Promise<LinkResultsView> {
    const results = await this.links.makeMany(links.map(ClaimLinkDto.wantedOf));
    return { results: results.map(LinkResultView.of) };
  }

  @Get()
  @Endpoint({
    id: 'coupons.list_claim_links',
    summary: { en: 'List claim links, the newest first', zh: '领券链接列表（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(ClaimLinkView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: ClaimLinksQuery): Promise<Page<ClaimLinkView>> {
    return keysetPage(this.cursors, {
      name: 'coupon-claim-links',
      query,
      read: (after: { id: string } | undefined, limit) => this.links.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: ClaimLinkView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'coupons.get_claim_link',
    summary: { en: 'Get one claim link', zh: '查询一条领券链接' },
    scope: 'coupons:read',
    response: ClaimLinkView,
    errors: [claim_link_not_found],
  })
  async get(@PublicIdParam('id', LINK_ID_PREFIX, claim_link_not_found) id: string): Promise<ClaimLinkView> {
    return ClaimLinkView.of(await this.links.get(id));
  }

  @Post(':id/switch-off')
  @Endpoint({
    id: 'coupons.switch_off_claim_link',
    summary: { en: 'Switch a claim link off, for good', zh: '停用领券链接（不可恢复）' },
    scope: 'coupons:write',
    response: ClaimLinkView,
    errors: [claim_link_not_found],
  })
  async switchOff(
    @PublicIdParam('id', LINK_ID_PREFIX, claim_link_not_found) id: string,
  ): Promise<ClaimLinkView> {
    return ClaimLinkView.of(await this.links.switchOff(id));
  }

  @Post('claim')
  @Endpoint({
    id: 'coupons.claim_by_link',
    summary: { en: 'Claim by a link, for a customer who has logged in', zh: '已登录客户通过链接领券' },
    description: {
      en: 'The identifier comes from your own login and proves who has come: unionid, openid, external_userid, phone or an id of your shop. Who comes again gets the same coupon.',
      zh: '标识来自商家自己的登录体系，用于确认客户身份：unionid、openid、external_userid、手机号或商城用户号。重复领取返回同一张券。',
    },
    scope: 'coupons:write',
    status: 201,
    ownUnits: true,
    response: ClaimedView,
    errors: [
      claim_link_not_found,
      claim_link_expired,
      claim_link_of_other,
      identifier_ambiguous,
      ...ISSUE_REFUSALS,
    ],
  })
  async claim(
    @Body() { code, identifier }: LinkClaimDto,
    @CurrentKey() { corpId }: AuthenticatedKey,
    @Headers('idempotency-key') header: string | undefined,
  ): Promise<ClaimedView> {
    Idempotency.keyOf(header); // as of every POST; the link and the person say what is the same
    if (corpId === undefined) throw claim_link_not_found();
    const result = await this.claims.claim(corpId, code, identifier);
    if (result.outcome === 'refused') throw refusalOf(result.code);
    return ClaimedView.of(result);
  }
}
