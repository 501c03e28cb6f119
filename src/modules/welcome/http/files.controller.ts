import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Cursors } from '../../../platform/http/cursors.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { httpErrors } from '../../../platform/http/http.errors.js';
import { keysetPage } from '../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../platform/http/page.js';
import { PublicIdParam } from '../../../platform/http/public-id-param.js';
import { ANY_FILE_BYTES_MAX } from '../domain/file.js';
import { ShowFiles } from '../queries/show-files.js';
import { ChangeFiles } from '../use-cases/change-files.js';
import { welcomeErrors } from '../welcome.errors.js';
import { FILE_ID_PREFIX, WelcomeFileQuery, WelcomeFileView } from './files.views.js';

const { file_not_found } = welcomeErrors;

@Controller('v1/welcome-files')
export class WelcomeFilesController {
  constructor(
    private readonly files: ShowFiles,
    private readonly changes: ChangeFiles,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Endpoint({
    id: 'welcome.upload_file',
    summary: { en: 'Upload a file that welcomes send', zh: '上传欢迎语附件' },
    description: {
      en: 'The body is the file itself, under any content type. It is kept, given to WeCom right away and again before WeCom forgets it.',
      zh: '请求体即文件内容，Content-Type 不限。文件会保存，立即上传到企业微信，并在素材过期前自动重新上传。',
    },
    scope: 'welcome:write',
    status: 201,
    fileBytesMax: ANY_FILE_BYTES_MAX,
    response: WelcomeFileView,
    errors: [welcomeErrors.file_size, welcomeErrors.file_type_unsupported, welcomeErrors.files_full],
  })
  async upload(@Query() query: WelcomeFileQuery, @Body() body: Buffer | undefined): Promise<WelcomeFileView> {
    const file = await this.changes.store(query.kind, query.name, body ?? Buffer.alloc(0));
    return WelcomeFileView.of(file, this.clock.now());
  }

  @Get()
  @Endpoint({
    id: 'welcome.list_files',
    summary: { en: 'List files that welcomes send', zh: '欢迎语附件列表' },
    scope: 'welcome:read',
    response: pageOf(WelcomeFileView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<WelcomeFileView>> {
    const now = this.clock.now();
    return keysetPage(this.cursors, {
      name: 'welcome-files',
      query,
      read: (after: { id: string } | undefined, limit) => this.files.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: (file) => WelcomeFileView.of(file, now),
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'welcome.get_file',
    summary: { en: 'Get what is known of one file', zh: '查询一个欢迎语附件' },
    scope: 'welcome:read',
    response: WelcomeFileView,
    errors: [file_not_found],
  })
  async get(@PublicIdParam('id', FILE_ID_PREFIX, file_not_found) id: string): Promise<WelcomeFileView> {
    const file = await this.files.find(id);
    if (!file) throw file_not_found();
    return WelcomeFileView.of(file, this.clock.now());
  }

  @Delete(':id')
  @Endpoint({
    id: 'welcome.delete_file',
    summary: { en: 'Delete a file that no rule sends', zh: '删除未被使用的欢迎语附件' },
    scope: 'welcome:write',
    status: 204,
    errors: [file_not_found, welcomeErrors.file_in_use],
  })
  async remove(@PublicIdParam('id', FILE_ID_PREFIX, file_not_found) id: string): Promise<void> {
    await this.changes.remove(id);
  }
}
