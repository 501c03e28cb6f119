import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { PART_BYTES_MAX, PARTS_MAX } from '../domain/import.js';
import { exchangeErrors } from '../exchange.errors.js';
import { sheetErrors } from '../formats/sheet.js';
import { ShowImports } from '../queries/show-imports.js';
import { Imports } from '../use-cases/imports.js';
import {
  BrokenRowsQuery,
  BrokenRowView,
  IMPORT_ID_PREFIX,
  ImportDto,
  ImportStartDto,
  ImportView,
} from './imports.views.js';

const { import_not_found } = exchangeErrors;

@Controller('v1/customer-imports')
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly shown: ShowImports,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'customers.create_import',
    summary: { en: 'Make room for a file to import', zh: '新建客户导入' },
    description: {
      en: 'Then send the file in parts, look at the preview, start a dry run, read its errors, and start it for real. The file is kept sealed for 7 days, the report for 90.',
      zh: '随后分片上传文件，查看预览，先试运行（dryRun）并查看错误，再正式导入。文件加密保存 7 天，报告保存 90 天。',
    },
    scope: 'customers:write',
    status: 201,
    response: ImportView,
    errors: [exchangeErrors.imports_full],
  })
  async create(@Body() body: ImportDto, @CurrentKey() { owner }: AuthenticatedKey): Promise<ImportView> {
    return ImportView.of(await this.imports.create({ ...body, owner }));
  }

  @Put(':id/parts/:number')
  @ApiParam({ name: 'number', schema: { type: 'integer', minimum: 1, maximum: PARTS_MAX, example: 1 } })
  @Endpoint({
    id: 'customers.put_import_part',
    summary: { en: 'Send one part of the file', zh: '上传文件的一个分片' },
    description: {
      en: 'The bytes of the file from 1 on, cut anywhere, at most 8 MiB each, under any content type, in any order. The same part again changes nothing.',
      zh: '文件内容按任意位置切分，编号从 1 开始，每片最大 8 MiB，Content-Type 不限，顺序不限。重复上传相同分片不产生影响。',
    },
    scope: 'customers:write',
    fileBytesMax: PART_BYTES_MAX,
    response: ImportView,
    errors: [
      import_not_found,
      exchangeErrors.import_part_number,
      exchangeErrors.import_part_empty,
      exchangeErrors.import_part_differs,
      exchangeErrors.import_state,
      exchangeErrors.import_file_gone,
    ],
  })
  async putPart(
    @PublicIdParam('id', IMPORT_ID_PREFIX, import_not_found) id: string,
    @Param('number') number: string,
    @Body() body: Buffer | undefined,
  ): Promise<ImportView> {
    const part = /^[1-9]\d{0,3}$/.test(number) ? Number(number) : 0;
    return ImportView.of(await this.imports.putPart(id, part, body ?? Buffer.alloc(0)));
  }

  @Post(':id/start')
  @Endpoint({
    id: 'customers.start_import',
    summary: { en: 'Start the import, or try it', zh: '开始导入或试运行' },
    scope: 'customers:write',
    status: 202,
    response: ImportView,
    errors: [
      import_not_found,
      exchangeErrors.content_of_others,
      exchangeErrors.import_state,
      exchangeErrors.import_part_missing,
      exchangeErrors.import_file_gone,
      exchangeErrors.import_mapping_invalid,
      operationsErrors.already_running,
      ...Object.values(sheetErrors),
    ],
  })
  async start(
    @PublicIdParam('id', IMPORT_ID_PREFIX, import_not_found) id: string,
    @Body() body: ImportStartDto,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<ImportView> {
    return ImportView.of(await this.imports.start(id, body, key));
  }

  @Get()
  @Endpoint({
    id: 'customers.list_imports',
    summary: { en: 'List imports, the newest first', zh: '导入列表（新的在前）' },
    scope: 'customers:read',
    response: pageOf(ImportView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<ImportView>> {
    return keysetPage(this.cursors, {
      name: 'customer-imports',
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: ImportView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'customers.get_import',
    summary: { en: 'Get an import', zh: '查询一个导入' },
    scope: 'customers:read',
    response: ImportView,
    errors: [import_not_found],
  })
  async get(@PublicIdParam('id', IMPORT_ID_PREFIX, import_not_found) id: string): Promise<ImportView> {
    return ImportView.of(await this.shown.get(id));
  }

  @Get(':id/errors')
  @Endpoint({
    id: 'customers.list_import_errors',
    summary: { en: 'List rows that were not imported, and why', zh: '未导入的行及原因' },
    scope: 'customers:read',
    response: pageOf(BrokenRowView),
    errors: [import_not_found, httpErrors.cursor_invalid],
  })
  async errors(
    @PublicIdParam('id', IMPORT_ID_PREFIX, import_not_found) id: string,
    @Query() query: BrokenRowsQuery,
  ): Promise<Page<BrokenRowView>> {
    await this.shown.get(id);
    return keysetPage(this.cursors, {
      name: `customer-import-errors ${id}`,
      query,
      read: (after: { number: number } | undefined, limit) =>
        this.shown.listBroken(id, after?.number ?? 0, limit),
      keyOf: ({ number }) => ({ number }),
      viewOf: (row) => BrokenRowView.of(row, query.language),
    });
  }

  @Delete(':id')
  @Endpoint({
    id: 'customers.delete_import',
    summary: { en: 'Delete an import with its file and report', zh: '删除导入及其文件和报告' },
    scope: 'customers:write',
    status: 204,
    errors: [import_not_found, exchangeErrors.import_state],
  })
  async remove(@PublicIdParam('id', IMPORT_ID_PREFIX, import_not_found) id: string): Promise<void> {
    await this.imports.remove(id);
  }
}
