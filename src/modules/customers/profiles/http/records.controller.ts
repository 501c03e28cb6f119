import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import { customersErrors } from '../../customers.errors.js';
import { profilesErrors } from '../profiles.errors.js';
import { ListRecords } from '../queries/list-records.js';
import { KeepBlacklist } from '../use-cases/keep-blacklist.js';
import { RecordConsent } from '../use-cases/record-consent.js';
import { BlacklistEntryView, ConsentDto, ConsentView, ReasonDto } from './record.views.js';

const { not_found } = customersErrors;

@Controller('v1/customers/:id')
export class CustomerRecordsController {
  constructor(
    private readonly records: ListRecords,
    private readonly blacklist: KeepBlacklist,
    private readonly consents: RecordConsent,
    private readonly cursors: Cursors,
  ) {}

  @Get('blacklist')
  @Endpoint({
    id: 'customers.list_blacklist_entries',
    summary: { en: 'When and why the person stood on the blacklist', zh: '客户的黑名单记录' },
    scope: 'customers:read',
    response: pageOf(BlacklistEntryView),
    errors: [not_found, httpErrors.cursor_invalid],
  })
  async listEntries(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<BlacklistEntryView>> {
    const read = await this.records.entriesOf(id);
    return keysetPage(this.cursors, {
      name: `blacklist ${id}`,
      query,
      read: (after: { id: string } | undefined, limit) => read(after?.id, limit),
      keyOf: (entry) => ({ id: entry.id }),
      viewOf: BlacklistEntryView.of,
    });
  }

  @Post('blacklist')
  @Endpoint({
    id: 'customers.blacklist',
    summary: { en: 'Put a customer on the blacklist', zh: '将客户列入黑名单' },
    scope: 'customers:write',
    status: 201,
    response: BlacklistEntryView,
    errors: [not_found, profilesErrors.already_blacklisted],
  })
  async place(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @Body() { reason }: ReasonDto,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<BlacklistEntryView> {
    return BlacklistEntryView.of(await this.blacklist.place(id, reason, key.owner));
  }

  @Post('blacklist/lift')
  @Endpoint({
    id: 'customers.lift_blacklist',
    summary: {
      en: 'Take the person off the blacklist; the entry stays readable',
      zh: '将客户移出黑名单（保留记录）',
    },
    scope: 'customers:write',
    response: BlacklistEntryView,
    errors: [not_found, profilesErrors.not_blacklisted],
  })
  async lift(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @Body() { reason }: ReasonDto,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<BlacklistEntryView> {
    return BlacklistEntryView.of(await this.blacklist.lift(id, reason, key.owner));
  }

  @Get('consents')
  @Endpoint({
    id: 'customers.list_consents',
    summary: { en: 'All consents and withdrawals of the person', zh: '客户的全部授权与撤回记录' },
    scope: 'customers:read',
    response: pageOf(ConsentView),
    errors: [not_found, httpErrors.cursor_invalid],
  })
  async listConsents(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<ConsentView>> {
    const read = await this.records.consentsOf(id);
    return keysetPage(this.cursors, {
      name: `consents ${id}`,
      query,
      read: (after: { id: string } | undefined, limit) => read(after?.id, limit),
      keyOf: (consent) => ({ id: consent.id }),
      viewOf: ConsentView.of,
    });
  }

  @Post('consents')
  @Endpoint({
    id: 'customers.record_consent',
    summary: { en: 'Record that a customer consented, or took it back', zh: '记录客户授权或撤回' },
    scope: 'customers:write',
    status: 201,
    response: ConsentView,
    errors: [not_found],
  })
  async record(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @Body() body: ConsentDto,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<ConsentView> {
    return ConsentView.of(await this.consents.record({ ...body, customerId: id }, key.owner));
  }
}
