import { Body, Controller, Delete, Get, Post } from '@nestjs/common';
import { REVEAL_SCOPE } from '../../../../platform/auth/scopes.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import { customersErrors } from '../../customers.errors.js';
import { identityErrors } from '../identity.errors.js';
import { IdentifierLimit } from '../queries/identifier-limit.js';
import { ShowIdentifiers } from '../queries/show-identifiers.js';
import { Identifiers } from '../use-cases/identifiers.js';
import { AddIdentifiersDto, IDENTIFIER_ID_PREFIX, IdentifiersView } from './identifiers.views.js';

const { not_found } = customersErrors;
const {
  customer_erased,
  identifier_not_found,
  identifier_invalid,
  identifier_of_wecom,
  identifiers_too_many,
} = identityErrors;
const SOURCE = 'api';

@Controller('v1/customers/:id/identifiers')
export class IdentifiersController {
  constructor(
    private readonly identifiers: Identifiers,
    private readonly showing: ShowIdentifiers,
    private readonly limit: IdentifierLimit,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.list_identifiers',
    summary: { en: 'List what leads to a customer, masked', zh: '查询客户的标识（脱敏）' },
    scope: 'customers:read',
    response: IdentifiersView,
    errors: [not_found],
  })
  async list(@PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string): Promise<IdentifiersView> {
    return IdentifiersView.of(await this.showing.of(id));
  }

  @Post('reveal')
  @Endpoint({
    id: 'customers.reveal_identifiers',
    summary: { en: 'Show what leads to a customer in clear', zh: '查看客户标识的明文' },
    description: { en: 'Stands in the audit trail.', zh: '该操作会写入审计日志。' },
    scope: REVEAL_SCOPE,
    secretResponse: true,
    response: IdentifiersView,
    errors: [not_found],
  })
  async reveal(@PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string): Promise<IdentifiersView> {
    return IdentifiersView.of(await this.showing.revealed(id));
  }

  @Post()
  @Endpoint({
    id: 'customers.add_identifiers',
    summary: { en: 'Say what leads to a customer', zh: '为客户添加标识' },
    description: {
      en: 'Who is one person is decided again at once; what is known already stays as it is. The answer shows all identifiers of the customer, masked.',
      zh: '添加后立即重新判定用户归属；已有标识保持不变。返回该客户的全部标识（脱敏）。',
    },
    scope: 'customers:write',
    response: IdentifiersView,
    errors: [not_found, identifier_invalid, identifiers_too_many, customer_erased],
  })
  async add(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @Body() { identifiers }: AddIdentifiersDto,
  ): Promise<IdentifiersView> {
    await this.showing.of(id); // throws when there is no such customer
    await this.limit.assertFits(id, identifiers);
    await this.identifiers.add(
      identifiers.map((given) => ({ ...given, customerId: id })),
      SOURCE,
    );
    return IdentifiersView.of(await this.showing.of(id));
  }

  @Delete(':identifierId')
  @Endpoint({
    id: 'customers.remove_identifier',
    summary: { en: 'Say that something does not lead to a customer', zh: '移除客户的一个标识' },
    scope: 'customers:write',
    status: 204,
    errors: [not_found, identifier_not_found, identifier_of_wecom],
  })
  async remove(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @PublicIdParam('identifierId', IDENTIFIER_ID_PREFIX, identifier_not_found) identifierId: string,
  ): Promise<void> {
    await this.showing.of(id);
    await this.identifiers.remove(id, identifierId);
  }
}
