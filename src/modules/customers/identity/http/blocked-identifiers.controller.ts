import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { identityErrors } from '../identity.errors.js';
import { ListBlocked } from '../queries/list-blocked.js';
import { BlockIdentifiers } from '../use-cases/block-identifiers.js';
import { BLOCKED_ID_PREFIX, BlockedIdentifierView, BlockIdentifierDto } from './identifiers.views.js';

const { identifier_invalid, identifier_blocked_already, blocked_identifier_not_found } = identityErrors;

@Controller('v1/blocked-identifiers')
export class BlockedIdentifiersController {
  constructor(
    private readonly list: ListBlocked,
    private readonly blocking: BlockIdentifiers,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.list_blocked_identifiers',
    summary: { en: 'List values that link nobody', zh: '屏蔽标识列表' },
    scope: 'customers:read',
    response: pageOf(BlockedIdentifierView),
    errors: [httpErrors.cursor_invalid],
  })
  all(@Query() query: PageQuery): Promise<Page<BlockedIdentifierView>> {
    return keysetPage(this.cursors, {
      name: 'blocked-identifiers',
      query,
      read: (after: { id: string } | undefined, limit) => this.list.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: BlockedIdentifierView.of,
    });
  }

  @Post()
  @Endpoint({
    id: 'customers.block_identifier',
    summary: { en: 'Say that many share a value', zh: '屏蔽一个多人共用的标识' },
    description: {
      en: 'A front desk, a family, a test number: whoever it linked is parted at once.',
      zh: '如前台电话、家庭电话、测试号码：因其合并的客户会立即分开。',
    },
    scope: 'customers:write',
    status: 201,
    response: BlockedIdentifierView,
    errors: [identifier_invalid, identifier_blocked_already],
  })
  async block(@Body() { identifier, reason }: BlockIdentifierDto): Promise<BlockedIdentifierView> {
    return BlockedIdentifierView.of(await this.blocking.block(identifier, reason));
  }

  @Delete(':id')
  @Endpoint({
    id: 'customers.unblock_identifier',
    summary: { en: 'Let a value link again', zh: '取消屏蔽一个标识' },
    scope: 'customers:write',
    status: 204,
    errors: [blocked_identifier_not_found],
  })
  async unblock(
    @PublicIdParam('id', BLOCKED_ID_PREFIX, blocked_identifier_not_found) id: string,
  ): Promise<void> {
    await this.blocking.unblock(id);
  }
}
