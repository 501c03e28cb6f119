import { Body, Controller, Get, Headers, Post, Query, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { filterErrors } from '../../search/http/filter-errors.js';
import type { ExportFormat } from '../domain/export.js';
import { exchangeErrors } from '../exchange.errors.js';
import { ExportedFile } from '../queries/exported-file.js';
import { ShowExports } from '../queries/show-exports.js';
import { Exports } from '../use-cases/exports.js';
import { EXPORT_ID_PREFIX, ExportDto, ExportView } from './exports.views.js';
import { fileAnswer } from './file-answer.js';

const { export_not_found } = exchangeErrors;
const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

@Controller('v1/customer-exports')
export class ExportsController {
  constructor(
    private readonly exports: Exports,
    private readonly shown: ShowExports,
    private readonly file: ExportedFile,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'customers.create_export',
    summary: { en: 'Export customers to a file', zh: '导出客户' },
    description: {
      en: 'One row for each customer, with the golden record of the person. The file is kept sealed for 24 hours. Cells of CSV and XLSX that a sheet would run as a formula begin with an apostrophe, which an import takes off again.',
      zh: '每个客户一行，字段取自其个人的黄金记录。文件加密保存 24 小时。CSV 与 XLSX 中会被当作公式执行的单元格以单引号开头，再次导入时自动去除。',
    },
    scope: 'customers:write',
    status: 202,
    response: ExportView,
    errors: [
      exchangeErrors.reveal_scope_missing,
      exchangeErrors.export_column_unknown,
      exchangeErrors.export_filter_personal,
      exchangeErrors.export_too_large,
      operationsErrors.already_running,
      ...filterErrors,
    ],
  })
  async create(@Body() body: ExportDto, @CurrentKey() key: AuthenticatedKey): Promise<ExportView> {
    return ExportView.of(await this.exports.start(body, key));
  }

  @Get()
  @Endpoint({
    id: 'customers.list_exports',
    summary: { en: 'List exports, the newest first', zh: '导出列表（新的在前）' },
    scope: 'customers:read',
    response: pageOf(ExportView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<ExportView>> {
    return keysetPage(this.cursors, {
      name: 'customer-exports',
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: ExportView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'customers.get_export',
    summary: { en: 'Get an export', zh: '查询一个导出' },
    scope: 'customers:read',
    response: ExportView,
    errors: [export_not_found],
  })
  async get(@PublicIdParam('id', EXPORT_ID_PREFIX, export_not_found) id: string): Promise<ExportView> {
    return ExportView.of(await this.shown.get(id));
  }

  @Get(':id/file')
  @Endpoint({
    id: 'customers.download_export',
    summary: { en: 'Download the file of an export', zh: '下载导出文件' },
    description: {
      en: 'A download that broke goes on with the header Range: bytes=<from>-.',
      zh: '中断的下载可用请求头 Range: bytes=<起始>- 继续。',
    },
    scope: 'customers:read',
    ownUnits: true,
    fileResponse: Object.values(MEDIA_TYPES),
    errors: [
      export_not_found,
      exchangeErrors.reveal_scope_missing,
      exchangeErrors.export_not_ready,
      exchangeErrors.export_file_gone,
    ],
  })
  async download(
    @PublicIdParam('id', EXPORT_ID_PREFIX, export_not_found) id: string,
    @CurrentKey() key: AuthenticatedKey,
    @Headers('range') range: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { found, start, end, byteCount, stream } = await this.file.open(key, id, range);
    void reply.header('accept-ranges', 'bytes');
    if (end - start < byteCount) {
      void reply.status(206).header('content-range', `bytes ${start}-${end - 1}/${byteCount}`);
    }
    const { format, name } = found;
    const type = format === 'csv' ? `${MEDIA_TYPES.csv}; charset=utf-8` : MEDIA_TYPES[format];
    return fileAnswer(stream, { type, name: `${name}.${format}`, length: end - start });
  }
}
