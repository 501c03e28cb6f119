import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { behaviourErrors } from '../behaviour.errors.js';
import { ShowLinks } from '../queries/show-links.js';
import { ChangeLinks } from '../use-cases/change-links.js';
import { DOMAIN_ID_PREFIX, LinkDomainDto, LinkDomainView } from './tracked-links.views.js';

const { link_domain_not_found, link_domain_invalid, link_domain_exists, link_domains_full } = behaviourErrors;

@Controller('v1/link-domains')
export class LinkDomainsController {
  constructor(
    private readonly links: ShowLinks,
    private readonly changes: ChangeLinks,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.list_link_domains',
    summary: { en: 'List the hosts that tracked links may lead to', zh: '追踪链接可跳转的域名列表' },
    scope: 'customers:read',
    response: pageOf(LinkDomainView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<LinkDomainView>> {
    return keysetPage(this.cursors, {
      name: 'link-domains',
      query,
      read: (after: { id: string } | undefined, limit) => this.links.domains(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: LinkDomainView.of,
    });
  }

  @Post()
  @Endpoint({
    id: 'customers.add_link_domain',
    summary: { en: 'Let tracked links lead to a host', zh: '添加追踪链接可跳转的域名' },
    scope: 'customers:approve',
    status: 201,
    response: LinkDomainView,
    errors: [link_domain_invalid, link_domain_exists, link_domains_full],
  })
  async add(@Body() { host, subdomains }: LinkDomainDto): Promise<LinkDomainView> {
    return LinkDomainView.of(await this.changes.addDomain({ host, subdomains }));
  }

  @Delete(':id')
  @Endpoint({
    id: 'customers.remove_link_domain',
    summary: {
      en: 'Take a host from the list; links that lead there stay',
      zh: '移除域名（已创建的链接不受影响）',
    },
    scope: 'customers:write',
    status: 204,
    errors: [link_domain_not_found],
  })
  remove(@PublicIdParam('id', DOMAIN_ID_PREFIX, link_domain_not_found) id: string): Promise<void> {
    return this.changes.removeDomain(id);
  }
}
