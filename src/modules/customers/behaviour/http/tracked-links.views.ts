import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  IntegerField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { CUSTOMER_ID_PREFIX } from '../domain/customer-event.js';
import { HOST_MAX, TARGET_MAX } from '../domain/link-target.js';
import type { StoredDomain, TrackedLink } from '../persistence/link-store.js';
import { LINK_ID_PREFIX } from '../use-cases/link-opens.js';

export const DOMAIN_ID_PREFIX = 'ldo';
const TITLE_MAX = 120;
const PATH_MAX = 40;

export class LinkDomainDto {
  @TextField({
    max: HOST_MAX,
    example: 'shop.example.com',
    description: 'a host name: no scheme, no port, no address',
  })
  host: string;

  @BooleanField({
    optional: true,
    example: false,
    description: 'default false; true: all hosts below it, too',
  })
  subdomains: boolean = false;
}

export class LinkDomainView {
  @PublicIdField(DOMAIN_ID_PREFIX)
  id: string;

  @TextField({ max: HOST_MAX, example: 'shop.example.com', description: 'lower case, punycode' })
  host: string;

  @BooleanField({ example: false })
  subdomains: boolean;

  @TimeField()
  createdAt: string;

  static of(this: void, { id, host, subdomains, createdAt }: StoredDomain): LinkDomainView {
    return { id: toPublicId(DOMAIN_ID_PREFIX, id), host, subdomains, createdAt: createdAt.toISOString() };
  }
}

class LinkTimesDto {
  @TextField({
    max: TITLE_MAX,
    optional: true,
    example: '双十二会员专场',
    description: 'for you; whoever opens it never sees it',
  })
  title?: string;

  @TimeField({ optional: true, description: 'leads nowhere afterwards; default never' })
  expiresAt?: Date;
}

export class TrackedLinkDto extends LinkTimesDto {
  @TextField({
    max: TARGET_MAX,
    example: 'https://shop.example.com/sale?from=wecom',
    description: 'https, on a host of /v1/link-domains',
  })
  target: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, {
    optional: true,
    description: 'makes it a personal link, whose opens are events of this customer; others are only counted',
  })
  customerId?: string;
}

/** What `PUT` replaces; target and customer never change. */
export class TrackedLinkChangeDto extends LinkTimesDto {
  @BooleanField({ example: false, description: 'false: leads nowhere, in every process within 5 seconds' })
  enabled: boolean;
}

export class TrackedLinksQuery extends PageQuery {
  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true })
  customerId?: string;
}

export class TrackedLinkView {
  @PublicIdField(LINK_ID_PREFIX)
  id: string;

  @TextField({
    max: PATH_MAX,
    example: '/t/q3WZ0cX1aB7uYk9mPs2vLg',
    description: 'send it behind the public address of this server',
  })
  path: string;

  @TextField({ max: TARGET_MAX, example: 'https://shop.example.com/sale?from=wecom' })
  target: string;

  @TextField({ max: TITLE_MAX, nullable: true, example: '双十二会员专场' })
  title: string | null;

  @PublicIdField(CUSTOMER_ID_PREFIX, { nullable: true })
  customerId: string | null;

  @BooleanField({ example: true })
  enabled: boolean;

  @TimeField({ nullable: true })
  expiresAt: string | null;

  @IntegerField({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    example: 3,
    description: 'by people, as far as a request tells',
  })
  opens: number;

  @TimeField({ nullable: true })
  lastOpenedAt: string | null;

  @TimeField()
  createdAt: string;

  static of(this: void, link: TrackedLink): TrackedLinkView {
    const { id, code, target, title, customerId, enabled, expiresAt, opens, lastOpenedAt, createdAt } = link;
    return {
      id: toPublicId(LINK_ID_PREFIX, id),
      path: `/t/${code}`,
      target,
      title,
      customerId: customerId && toPublicId(CUSTOMER_ID_PREFIX, customerId),
      enabled,
      expiresAt: expiresAt?.toISOString() ?? null,
      opens,
      lastOpenedAt: lastOpenedAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    };
  }
}
