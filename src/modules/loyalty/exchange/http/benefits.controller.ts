import { createHash } from 'node:crypto';
import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { ETag, IfMatch, Precondition, type ShowETag } from '../../../../platform/http/etag.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { honoursErrors } from '../../honours/honours.errors.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import type { Benefit } from '../domain/benefit.js';
import { exchangeErrors } from '../exchange.errors.js';
import { ShowExchanges } from '../queries/show-exchanges.js';
import { DefineBenefits } from '../use-cases/define-benefits.js';
import { BENEFIT_ID_PREFIX, BenefitDto, BenefitTermsDto, BenefitView } from './benefits.views.js';

const { program_not_found } = loyaltyErrors;
const { benefit_not_found, benefit_invalid } = exchangeErrors;

@Controller('v1/loyalty')
export class BenefitsController {
  constructor(
    private readonly defining: DefineBenefits,
    private readonly shown: ShowExchanges,
    private readonly cursors: Cursors,
  ) {}

  @Post('programs/:id/benefits')
  @Endpoint({
    id: 'loyalty.define_benefit',
    summary: { en: 'Put a benefit into the catalogue', zh: '上架权益' },
    description: {
      en: 'Its kind, stock or none, level and honour stay as they are; the terms can be changed. Coupons are taken once a coupons module issues them.',
      zh: '类型、是否限量、等级与荣誉不可修改，其余条款可改。优惠券类权益须待优惠券功能开通。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: BenefitView,
    errors: [
      program_not_found,
      benefit_invalid,
      honoursErrors.honour_not_found,
      exchangeErrors.benefit_coupons_unavailable,
      exchangeErrors.benefit_level_unknown,
    ],
  })
  async define(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) programId: string,
    @Body() body: BenefitDto,
  ): Promise<BenefitView> {
    return BenefitView.of(await this.defining.define(programId, BenefitDto.contentOf(body)));
  }

  @Get('programs/:id/benefits')
  @Endpoint({
    id: 'loyalty.list_benefits',
    summary: { en: 'List the catalogue of a program', zh: '权益目录' },
    scope: 'loyalty:read',
    response: pageOf(BenefitView),
    errors: [program_not_found, httpErrors.cursor_invalid],
  })
  async list(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) programId: string,
    @Query() query: PageQuery,
  ): Promise<Page<BenefitView>> {
    return keysetPage(this.cursors, {
      name: `benefits ${programId}`,
      query,
      read: (after: { id: string } | undefined, limit) =>
        this.shown.listBenefits(programId, after?.id, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: BenefitView.of,
    });
  }

  @Get('benefits/:id')
  @Endpoint({
    id: 'loyalty.get_benefit',
    summary: { en: 'Get one benefit and what is left of it', zh: '查询权益及剩余库存' },
    scope: 'loyalty:read',
    response: BenefitView,
    etag: 'shown',
    errors: [benefit_not_found],
  })
  async get(
    @PublicIdParam('id', BENEFIT_ID_PREFIX, benefit_not_found) id: string,
    @ETag() showEtag: ShowETag,
  ): Promise<BenefitView> {
    const benefit = await this.shown.getBenefit(id);
    showEtag(etagOf(benefit));
    return BenefitView.of(benefit);
  }

  @Patch('benefits/:id')
  @Endpoint({
    id: 'loyalty.change_benefit',
    summary: { en: 'Change the terms of a benefit', zh: '修改权益条款' },
    description: {
      en: 'What is left out stays. Exchanges of before keep their terms.',
      zh: '未填写的字段保持不变；已有兑换不受影响。',
    },
    scope: 'loyalty:write',
    response: BenefitView,
    etag: 'checked',
    errors: [benefit_not_found, benefit_invalid, exchangeErrors.benefit_stock_taken],
  })
  async change(
    @PublicIdParam('id', BENEFIT_ID_PREFIX, benefit_not_found) id: string,
    @Body() body: BenefitTermsDto,
    @IfMatch() seen: Precondition,
    @ETag() showEtag: ShowETag,
  ): Promise<BenefitView> {
    const terms = BenefitTermsDto.termsOf(body);
    const changed = await this.defining.change(id, terms, (benefit) => seen.assert(etagOf(benefit)));
    showEtag(etagOf(changed));
    return BenefitView.of(changed);
  }
}

/** Of the terms: that somebody takes a piece meanwhile is no reason to read them again. */
function etagOf({ taken: _, ...terms }: Benefit): string {
  const text = JSON.stringify(Object.entries(terms).sort(([one], [two]) => (one < two ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
