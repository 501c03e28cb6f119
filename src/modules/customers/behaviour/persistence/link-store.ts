import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { LinkDomain } from '../domain/link-target.js';

export interface StoredDomain extends LinkDomain {
  readonly id: string;
  readonly createdAt: Date;
}

export interface NewLink {
  readonly target: string;
  readonly title: string | null;
  readonly customerId: string | null;
  readonly expiresAt: Date | null;
}

/** What of a link may change after it was made. */
export interface LinkChange {
  readonly title: string | null;
  readonly enabled: boolean;
  readonly expiresAt: Date | null;
}

export interface TrackedLink extends NewLink, LinkChange {
  readonly id: string;
  readonly code: string;
  readonly opens: number;
  readonly lastOpenedAt: Date | null;
  readonly createdAt: Date;
}

/** What opening a link needs. */
export interface OpenableLink {
  readonly corpId: CorpId;
  readonly id: string;
  readonly target: string;
  readonly title: string | null;
  readonly customerId: string | null;
  readonly enabled: boolean;
  readonly expiresAt: Date | null;
}

const DOMAIN = `id, host, subdomains, created_at AS "createdAt"`;
const LINK = `id, code, target, title, customer_id AS "customerId", enabled, expires_at AS "expiresAt", opens,
  last_opened_at AS "lastOpenedAt", created_at AS "createdAt"`;

/** Rows of domains and links. Inside an open unit of work, except where it says otherwise. */
@Injectable()
export class LinkStore {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  listDomains(after: { id: string } | undefined, limit: number): Promise<StoredDomain[]> {
    return this.database.query<StoredDomain>(
      `SELECT ${DOMAIN} FROM customers.link_domains
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  /** @returns undefined when the host is there. */
  async addDomain({ host, subdomains }: LinkDomain): Promise<StoredDomain | undefined> {
    return this.database.maybeOne<StoredDomain>(
      `INSERT INTO customers.link_domains (corp_id, id, host, subdomains, created_at)
       VALUES ($1, $2, $3, $4, statement_timestamp()) ON CONFLICT DO NOTHING RETURNING ${DOMAIN}`,
      [this.database.corpId, this.ids.next(), host, subdomains],
    );
  }

  removeDomain(id: string): Promise<number> {
    return this.database.execute('DELETE FROM customers.link_domains WHERE corp_id = $1 AND id = $2', [
      this.database.corpId,
      id,
    ]);
  }

  async addLink(code: string, { target, title, customerId, expiresAt }: NewLink): Promise<TrackedLink> {
    const { corpId } = this.database;
    const id = this.ids.next();
    await this.database.execute(
      'INSERT INTO platform.link_codes (code, corp_id, link_id) VALUES ($1, $2, $3)',
      [code, corpId, id],
    );
    return this.database.one<TrackedLink>(
      `INSERT INTO customers.tracked_links (corp_id, id, code, target, title, customer_id, enabled, expires_at, opens,
              created_at)
       VALUES ($1, $2, $3, $4, $5, $6, true, $7, 0, statement_timestamp()) RETURNING ${LINK}`,
      [corpId, id, code, target, title, customerId, expiresAt],
    );
  }

  changeLink(id: string, { title, enabled, expiresAt }: LinkChange): Promise<TrackedLink | undefined> {
    return this.database.maybeOne<TrackedLink>(
      `UPDATE customers.tracked_links SET title = $3, enabled = $4, expires_at = $5
        WHERE corp_id = $1 AND id = $2 RETURNING ${LINK}`,
      [this.database.corpId, id, title, enabled, expiresAt],
    );
  }

  findLink(id: string): Promise<TrackedLink | undefined> {
    return this.database.maybeOne<TrackedLink>(
      `SELECT ${LINK} FROM customers.tracked_links WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** The newest first. */
  listLinks(
    filter: { customerId?: string },
    after: { id: string } | undefined,
    limit: number,
  ): Promise<TrackedLink[]> {
    const params = [this.database.corpId, after?.id ?? null, limit];
    const ofCustomer = filter.customerId === undefined ? '' : 'AND customer_id = $4';
    return this.database.query<TrackedLink>(
      `SELECT ${LINK} FROM customers.tracked_links
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id < $2) ${ofCustomer} ORDER BY id DESC LIMIT $3`,
      filter.customerId === undefined ? params : [...params, filter.customerId],
    );
  }

  /** Outside a unit of work, before the corp is known. */
  async findByCode(code: string): Promise<OpenableLink | undefined> {
    const found = await this.unit.read(undefined, () =>
      this.database.maybeOne<{ corpId: CorpId; id: string }>(FIND_CODE, [code]),
    );
    if (!found) return undefined;
    const link = await this.unit.read(found.corpId, () => this.findLink(found.id));
    return link && { ...link, corpId: found.corpId };
  }

  async addOpens(opened: readonly { id: string; opens: number; at: Date }[]): Promise<void> {
    await this.database.execute(ADD_OPENS, [this.database.corpId, JSON.stringify(opened)]);
  }
}

/** Codes of corps that were disconnected lead nowhere. */
const FIND_CODE = {
  name: 'link-by-code',
  text: `SELECT l.corp_id AS "corpId", l.link_id AS id FROM platform.link_codes l
           JOIN platform.corps c ON c.id = l.corp_id AND c.state = 'active' WHERE l.code = $1`,
};

const ADD_OPENS = `
  UPDATE customers.tracked_links l
     SET opens = l.opens + i.opens, last_opened_at = greatest(l.last_opened_at, i.at)
    FROM json_to_recordset($2::json) AS i(id uuid, opens bigint, at timestamptz)
   WHERE l.corp_id = $1 AND l.id = i.id`;
