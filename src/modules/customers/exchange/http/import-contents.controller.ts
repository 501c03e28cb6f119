import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { exchangeErrors } from '../exchange.errors.js';
import { sheetErrors } from '../formats/sheet.js';
import { ImportContents } from '../queries/import-contents.js';
import { fileAnswer } from './file-answer.js';
import { ErrorFileQuery, IMPORT_ID_PREFIX, ImportPreviewView, PREVIEW_ROWS } from './imports.views.js';

const { import_not_found } = exchangeErrors;
const OF_FILES = [import_not_found, exchangeErrors.content_of_others, exchangeErrors.import_file_gone];

/** What stands in an uploaded file, for those who sent it. */
@Controller('v1/customer-imports/:id')
export class ImportContentsController {
  constructor(private readonly contents: ImportContents) {}

  @Get('preview')
  @Endpoint({
    id: 'customers.preview_import',
    summary: { en: 'See the columns and the first rows', zh: '预览列名和前几行' },
    description: {
      en: 'Whole cells, for the owner of the key that made the import, or with customers:reveal, which stands in the audit trail.',
      zh: '显示完整内容：仅限创建导入的密钥所有者，或具有 customers:reveal 权限的密钥（记入审计）。',
    },
    scope: 'customers:write',
    ownUnits: true,
    response: ImportPreviewView,
    errors: [
      ...OF_FILES,
      exchangeErrors.previews_busy,
      exchangeErrors.import_part_missing,
      ...Object.values(sheetErrors),
    ],
  })
  async preview(
    @PublicIdParam('id', IMPORT_ID_PREFIX, import_not_found) id: string,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<ImportPreviewView> {
    const { preview, suggested } = await this.contents.preview(key, id, PREVIEW_ROWS);
    return ImportPreviewView.of(preview, suggested);
  }

  @Get('error-file')
  @Endpoint({
    id: 'customers.download_import_errors',
    summary: { en: 'Download the rows that were not imported', zh: '下载未导入的行' },
    description: {
      en: 'A CSV with the columns of the file and one more that names the errors: correct it and send it with the same mapping. For whom the preview is.',
      zh: 'CSV 文件：原有各列加一列错误说明，修改后可按同样的映射再次导入。可见范围与预览相同。',
    },
    scope: 'customers:write',
    ownUnits: true,
    fileResponse: ['text/csv'],
    errors: [...OF_FILES, ...Object.values(sheetErrors)],
  })
  async errorFile(
    @PublicIdParam('id', IMPORT_ID_PREFIX, import_not_found) id: string,
    @Query() query: ErrorFileQuery,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<StreamableFile> {
    const { name, texts } = await this.contents.errorFile(key, id, query.language);
    const stream = Readable.from(texts, { objectMode: false });
    return fileAnswer(stream, { type: 'text/csv; charset=utf-8', name: `${name} - errors.csv` });
  }
}
