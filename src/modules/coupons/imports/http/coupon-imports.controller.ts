import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf, PageQuery } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { PART_BYTES_MAX, PARTS_MAX, readingErrors, uploadErrors } from '../../../customers/index.js';
import { couponsErrors } from '../../coupons.errors.js';
import { couponImportsErrors } from '../imports.errors.js';
import { CouponImports } from '../use-cases/coupon-imports.js';
import {
  COUPON_IMPORT_ID_PREFIX,
  CouponImportDto,
  CouponImportRefusalView,
  CouponImportStartDto,
  CouponImportView,
} from './coupon-imports.views.js';

const { import_not_found, import_state } = couponImportsErrors;

@Controller('v1/coupons/imports')
export class CouponImportsController {
  constructor(
    private readonly imports: CouponImports,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'coupons.create_import',
    summary: { en: 'Begin an import of live coupons', zh: '新建在用优惠券导入' },
    description: {
      en: 'Say what the file adds up to, send it in parts, try it (dryRun), look at the refusals, and start it. Columns: code, state (claimable, claimed), validUntil, perhaps validFrom, and the holder as customer, phone, email, unionid, external_userid, openid:<appid> or external_id:<system>; Chinese names are understood, too. A coupon comes in once by its code, whatever import brings it. The file is sealed, and gone when the import is done or after 7 days.',
      zh: '先给出控制总数，再分片上传文件，试运行（dryRun）并查看被拒行，最后正式导入。列：券码、状态（待领取、已领取）、失效时间，可选生效时间，以及持有人（客户、手机号、邮箱、unionid、external_userid、openid:<appid> 或 external_id:<系统>）。同一券码只导入一次。文件加密保存，导入完成或 7 天后删除。',
    },
    scope: 'coupons:write',
    status: 201,
    response: CouponImportView,
    errors: [couponsErrors.batch_not_found],
  })
  async create(@Body() body: CouponImportDto): Promise<CouponImportView> {
    return CouponImportView.of(await this.imports.create(body));
  }

  @Put(':id/parts/:number')
  @ApiParam({ name: 'number', schema: { type: 'integer', minimum: 1, maximum: PARTS_MAX, example: 1 } })
  @Endpoint({
    id: 'coupons.put_import_part',
    summary: { en: 'Send one part of the file', zh: '上传文件的一个分片' },
    description: {
      en: 'The bytes of the file from 1 on, cut anywhere, at most 8 MiB each, under any content type, in any order. The same part again changes nothing.',
      zh: '文件内容按任意位置切分，编号从 1 开始，每片最大 8 MiB，Content-Type 不限，顺序不限。重复上传相同分片不产生影响。',
    },
    scope: 'coupons:write',
    fileBytesMax: PART_BYTES_MAX,
    response: CouponImportView,
    errors: [import_not_found, import_state, ...uploadErrors],
  })
  async putPart(
    @PublicIdParam('id', COUPON_IMPORT_ID_PREFIX, import_not_found) id: string,
    @Param('number') number: string,
    @Body() body: Buffer | undefined,
  ): Promise<CouponImportView> {
    const part = /^[1-9]\d{0,3}$/.test(number) ? Number(number) : 0;
    return CouponImportView.of(await this.imports.putPart(id, part, body ?? Buffer.alloc(0)));
  }

  @Post(':id/start')
  @Endpoint({
    id: 'coupons.start_import',
    summary: { en: 'Import the coupons, or try it', zh: '开始导入或试运行' },
    scope: 'coupons:approve',
    status: 202,
    response: CouponImportView,
    errors: [
      import_not_found,
      import_state,
      couponImportsErrors.import_columns,
      couponImportsErrors.import_batch_not_running,
      ...readingErrors,
    ],
  })
  async start(
    @PublicIdParam('id', COUPON_IMPORT_ID_PREFIX, import_not_found) id: string,
    @Body() { dryRun }: CouponImportStartDto,
  ): Promise<CouponImportView> {
    return CouponImportView.of(await this.imports.start(id, dryRun));
  }

  @Get()
  @Endpoint({
    id: 'coupons.list_imports',
    summary: { en: 'List imports of coupons, the newest first', zh: '优惠券导入列表（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(CouponImportView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<CouponImportView>> {
    return keysetPage(this.cursors, {
      name: 'coupon-imports',
      query,
      read: (after: { id: string } | undefined, limit) => this.imports.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: CouponImportView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'coupons.get_import',
    summary: { en: 'Get an import of coupons', zh: '查询一次优惠券导入' },
    scope: 'coupons:read',
    response: CouponImportView,
    errors: [import_not_found],
  })
  async get(
    @PublicIdParam('id', COUPON_IMPORT_ID_PREFIX, import_not_found) id: string,
  ): Promise<CouponImportView> {
    return CouponImportView.of(await this.imports.get(id));
  }

  @Get(':id/refusals')
  @Endpoint({
    id: 'coupons.list_import_refusals',
    summary: { en: 'List rows that were not imported, and why', zh: '未导入的行及原因' },
    scope: 'coupons:read',
    response: pageOf(CouponImportRefusalView),
    errors: [import_not_found, httpErrors.cursor_invalid],
  })
  refusals(
    @PublicIdParam('id', COUPON_IMPORT_ID_PREFIX, import_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<CouponImportRefusalView>> {
    return keysetPage(this.cursors, {
      name: `coupon-import-refusals ${id}`,
      query,
      read: (after: { number: number } | undefined, limit) => this.imports.listRefused(id, after, limit),
      keyOf: ({ number }) => ({ number }),
      viewOf: CouponImportRefusalView.of,
    });
  }
}
