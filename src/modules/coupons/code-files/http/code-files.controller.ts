import { Readable } from 'node:stream';
import { Body, Controller, Get, Post, Query, StreamableFile } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf, PageQuery } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { fileAnswer } from '../../../customers/index.js';
import { claimsErrors } from '../../claims/claims.errors.js';
import { couponsErrors } from '../../coupons.errors.js';
import { codeFilesErrors } from '../code-files.errors.js';
import { CODE_FILE_ID_PREFIX, CodeFiles } from '../use-cases/code-files.js';
import { HandOutCodes } from '../use-cases/hand-out-codes.js';
import { CodeFileDto, CodeFileView } from './code-files.views.js';

const { code_file_not_found, code_file_not_ready, code_file_handed_out } = codeFilesErrors;

@Controller('v1/coupons/code-files')
export class CodeFilesController {
  constructor(
    private readonly files: CodeFiles,
    private readonly handingOut: HandOutCodes,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'coupons.create_code_file',
    summary: { en: 'Make codes to be handed out as a file', zh: '生成券码文件' },
    description: {
      en: 'As an operation. Each code is a coupon that nobody holds yet: it belongs to whoever uses it first, and is valid from then on as the batch says.',
      zh: '以任务方式执行。每个券码对应一张尚无持有人的优惠券：首次使用者成为持有人，有效期自此按批次规则计算。',
    },
    scope: 'coupons:write',
    status: 202,
    response: CodeFileView,
    errors: [
      couponsErrors.batch_not_found,
      claimsErrors.batch_not_issuing,
      codeFilesErrors.code_file_stock,
      codeFilesErrors.code_file_until,
    ],
  })
  async create(@Body() body: CodeFileDto, @CurrentKey() { owner }: AuthenticatedKey): Promise<CodeFileView> {
    return CodeFileView.of(await this.files.create(CodeFileDto.read(body), owner));
  }

  @Get()
  @Endpoint({
    id: 'coupons.list_code_files',
    summary: { en: 'List files of codes, the newest first', zh: '券码文件列表（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(CodeFileView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<CodeFileView>> {
    return keysetPage(this.cursors, {
      name: 'coupon-code-files',
      query,
      read: (after: { id: string } | undefined, limit) => this.files.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: CodeFileView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'coupons.get_code_file',
    summary: { en: 'Get a file of codes, without the codes', zh: '查询券码文件（不含券码）' },
    scope: 'coupons:read',
    response: CodeFileView,
    errors: [code_file_not_found],
  })
  async get(
    @PublicIdParam('id', CODE_FILE_ID_PREFIX, code_file_not_found) id: string,
  ): Promise<CodeFileView> {
    return CodeFileView.of(await this.files.get(id));
  }

  @Post(':id/hand-out')
  @Endpoint({
    id: 'coupons.hand_out_code_file',
    summary: { en: 'Take the codes, once', zh: '下载券码（仅一次）' },
    description: {
      en: 'A CSV with a code a line: of those that nobody holds yet and that are neither void nor over. Asked again it answers 409, also when the download broke: then void the coupons of the file and make another one. It stands in the audit trail who took it.',
      zh: 'CSV 文件，每行一个券码，仅含尚未被领取、未作废且未过期的券码。再次请求返回 409（下载中断亦然）：此时请作废该文件中的优惠券并重新生成。下载记入审计。',
    },
    scope: 'coupons:write',
    ownUnits: true,
    fileResponse: ['text/csv'],
    errors: [code_file_not_found, code_file_not_ready, code_file_handed_out],
  })
  async handOut(
    @PublicIdParam('id', CODE_FILE_ID_PREFIX, code_file_not_found) id: string,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<StreamableFile> {
    const { name, texts } = await this.handingOut.open(key, id);
    const stream = Readable.from(texts, { objectMode: false });
    return fileAnswer(stream, { type: 'text/csv; charset=utf-8', name: `${name}.csv` });
  }
}
