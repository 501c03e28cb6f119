import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { couponsErrors } from '../../coupons.errors.js';
import { Templates } from '../queries/templates.js';
import { DefineTemplates } from '../use-cases/define-templates.js';
import {
  TEMPLATE_ID_PREFIX,
  TemplateChangeDto,
  TemplateDto,
  TemplateVersionDto,
  TemplateVersionView,
  TemplateView,
} from './templates.views.js';
import { TermsDto } from './terms.dto.js';

const { template_not_found, template_exists, templates_full, template_archived, terms_invalid } =
  couponsErrors;

@Controller('v1/coupons/templates')
export class TemplatesController {
  constructor(
    private readonly defining: DefineTemplates,
    private readonly templates: Templates,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'coupons.define_template',
    summary: { en: 'Define a template of coupons', zh: '创建券模板' },
    description: {
      en: 'What a coupon is worth, when and where it can be used. Amounts in 分. Its terms never change: editing adds a version, and a batch names the version that it runs.',
      zh: '定义券的面值、可用时间与范围，金额单位为分。条款一经创建不再改变：修改即新增版本，批次固定使用其版本。',
    },
    scope: 'coupons:write',
    status: 201,
    response: TemplateView,
    errors: [terms_invalid, template_exists, templates_full],
  })
  async define(@Body() { terms, ...body }: TemplateDto): Promise<TemplateView> {
    return TemplateView.of(await this.defining.define(body, TermsDto.termsOf(terms)));
  }

  @Get()
  @Endpoint({
    id: 'coupons.list_templates',
    summary: { en: 'List templates, the newest first', zh: '券模板列表（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(TemplateView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<TemplateView>> {
    return keysetPage(this.cursors, {
      name: 'coupon-templates',
      query,
      read: (after: { id: string } | undefined, limit) => this.templates.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: TemplateView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'coupons.get_template',
    summary: { en: 'Get a template with its newest version', zh: '查询券模板及其最新版本' },
    scope: 'coupons:read',
    response: TemplateView,
    errors: [template_not_found],
  })
  async get(@PublicIdParam('id', TEMPLATE_ID_PREFIX, template_not_found) id: string): Promise<TemplateView> {
    return TemplateView.of(await this.templates.get(id));
  }

  @Patch(':id')
  @Endpoint({
    id: 'coupons.change_template',
    summary: { en: 'Rename or archive a template', zh: '修改券模板名称或归档' },
    scope: 'coupons:write',
    response: TemplateView,
    errors: [template_not_found],
  })
  async change(
    @PublicIdParam('id', TEMPLATE_ID_PREFIX, template_not_found) id: string,
    @Body() body: TemplateChangeDto,
  ): Promise<TemplateView> {
    await this.defining.change(id, body);
    return TemplateView.of(await this.templates.get(id));
  }

  @Post(':id/versions')
  @Endpoint({
    id: 'coupons.add_template_version',
    summary: { en: 'Edit the terms of a template: a new version', zh: '修改券模板条款（新增版本）' },
    scope: 'coupons:write',
    status: 201,
    response: TemplateVersionView,
    errors: [template_not_found, template_archived, terms_invalid],
  })
  async addVersion(
    @PublicIdParam('id', TEMPLATE_ID_PREFIX, template_not_found) id: string,
    @Body() { terms }: TemplateVersionDto,
  ): Promise<TemplateVersionView> {
    return TemplateVersionView.of(await this.defining.addVersion(id, TermsDto.termsOf(terms)));
  }

  @Get(':id/versions')
  @Endpoint({
    id: 'coupons.list_template_versions',
    summary: { en: 'List the versions of a template, the newest first', zh: '券模板版本列表（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(TemplateVersionView),
    errors: [template_not_found, httpErrors.cursor_invalid],
  })
  listVersions(
    @PublicIdParam('id', TEMPLATE_ID_PREFIX, template_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<TemplateVersionView>> {
    return keysetPage(this.cursors, {
      name: `coupon-template-versions ${id}`,
      query,
      read: (after: { version: number } | undefined, limit) => this.templates.listVersions(id, after, limit),
      keyOf: ({ version }) => ({ version }),
      viewOf: TemplateVersionView.of,
    });
  }
}
