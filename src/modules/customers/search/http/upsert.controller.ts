import { Body, Controller, Post, Put } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import { identityErrors } from '../../identity/identity.errors.js';
import { searchErrors } from '../search.errors.js';
import { UpsertCustomers } from '../use-cases/upsert-customers.js';
import {
  FIELD_SHOWN_MAX,
  UpsertDto,
  UpsertedView,
  UpsertResultsView,
  UpsertResultView,
  UpsertsDto,
} from './upsert.dto.js';
import { refusalOf, upsertRefusals } from './upsert-refusals.js';

@Controller('v1/customers')
export class UpsertController {
  constructor(private readonly customers: UpsertCustomers) {}

  @Put('by-identifier')
  @Endpoint({
    id: 'customers.upsert_one',
    summary: { en: 'Write a customer found by an identifier', zh: '按标识写入一名客户' },
    description: {
      en: 'When nobody holds the identifier a customer is made, of two calls at once by one of them. Sending the same again changes nothing.',
      zh: '没有客户持有该标识时新建客户；并发调用只会新建一名。重复发送不产生变化。',
    },
    scope: 'customers:write',
    response: UpsertedView,
    errors: [...upsertRefusals, searchErrors.upsert_overtaken, identityErrors.customer_erased],
  })
  async upsert(@Body() body: UpsertDto, @CurrentKey() key: AuthenticatedKey): Promise<UpsertedView> {
    const { source, ...item } = body;
    const [outcome] = await this.customers.upsert([item], { source, by: key.owner });
    if (!outcome) throw new Error('an item has no outcome');
    if (outcome.result !== 'refused')
      return { result: outcome.result, customerId: toPublicId(CUSTOMER_ID_PREFIX, outcome.customerId) };
    const fields = outcome.fields.map(({ field, code }) => `${field.slice(0, FIELD_SHOWN_MAX)}: ${code}`);
    throw refusalOf(outcome.refusal)(fields.length > 0 ? { fields } : {});
  }

  @Post('upsert')
  @Endpoint({
    id: 'customers.upsert',
    summary: {
      en: 'Write up to 1,000 customers found by identifiers',
      zh: '按标识批量写入客户（最多 1000 名）',
    },
    description: {
      en: 'Each item has a result of its own, and is written whole or not at all. The same identifier twice is one customer; the later item wins.',
      zh: '逐条返回结果，每条要么全部写入要么不写入。同一标识出现两次视为同一客户，以后者为准。',
    },
    scope: 'customers:write',
    response: UpsertResultsView,
    errors: [searchErrors.upsert_overtaken, identityErrors.customer_erased],
  })
  async upsertMany(
    @Body() body: UpsertsDto,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<UpsertResultsView> {
    const outcomes = await this.customers.upsert(body.items, { source: body.source, by: key.owner });
    return { results: outcomes.map(UpsertResultView.of) };
  }
}
