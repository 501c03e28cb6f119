import { Controller, Get, Query } from '@nestjs/common';
import { Cursors } from '../../../platform/http/cursors.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { httpErrors } from '../../../platform/http/http.errors.js';
import { keysetPage } from '../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../platform/http/page.js';
import { PublicIdParam } from '../../../platform/http/public-id-param.js';
import { ListMessages, type MessageKey } from '../queries/list-messages.js';
import { welcomeErrors } from '../welcome.errors.js';
import { MESSAGE_ID_PREFIX, WelcomeMessagesQuery, WelcomeMessageView } from './messages.views.js';

const { message_not_found } = welcomeErrors;

@Controller('v1/welcome-messages')
export class WelcomeMessagesController {
  constructor(
    private readonly messages: ListMessages,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'welcome.list_messages',
    summary: { en: 'List what became of welcome codes, the newest first', zh: '欢迎语发送记录（新的在前）' },
    description: {
      en: 'One line for each code that WeCom gave, kept for 180 days. Texts are not kept.',
      zh: '企业微信下发的每个 code 对应一条记录，保留 180 天；不保存发送的文字。',
    },
    scope: 'welcome:read',
    response: pageOf(WelcomeMessageView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: WelcomeMessagesQuery): Promise<Page<WelcomeMessageView>> {
    return keysetPage(this.cursors, {
      name: 'welcome-messages',
      query,
      read: (after: MessageKey | undefined, limit) => this.messages.list(query, after, limit),
      keyOf: ({ sortedAt, id }) => ({ at: sortedAt, id }),
      viewOf: WelcomeMessageView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'welcome.get_message',
    summary: { en: 'Get what became of one welcome code', zh: '查询一条欢迎语发送记录' },
    scope: 'welcome:read',
    response: WelcomeMessageView,
    errors: [message_not_found],
  })
  async get(
    @PublicIdParam('id', MESSAGE_ID_PREFIX, message_not_found) id: string,
  ): Promise<WelcomeMessageView> {
    const message = await this.messages.find(id);
    if (!message) throw message_not_found();
    return WelcomeMessageView.of(message);
  }
}
