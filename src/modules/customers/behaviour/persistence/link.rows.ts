import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A host that links may lead to. */
@Entity({ schema: 'customers', name: 'link_domains' })
@Unique('link_domains_host_key', ['corpId', 'host'])
export class LinkDomainRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'link_domains_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'link_domains_pkey' })
  readonly id: string;
  /** Lower case, punycode. */
  @Column({ type: 'text' })
  readonly host: string;
  @Column({ type: 'boolean' })
  readonly subdomains: boolean;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
}

/** A link that tells who opened it; `platform.link_codes` leads from its code to it. */
@Entity({ schema: 'customers', name: 'tracked_links' })
@Index('tracked_links_customer_idx', ['corpId', 'customerId', 'id'])
export class TrackedLinkRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'tracked_links_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'tracked_links_pkey' })
  readonly id: string;
  @Column({ type: 'text' })
  readonly code: string;
  /** Was on the list of domains when the link was made. */
  @Column({ type: 'text' })
  readonly target: string;
  @Column({ type: 'text', nullable: true })
  readonly title: string | null;
  /** Whose link it is; null: anybody's, whose opens are only counted. */
  @Column({ name: 'customer_id', type: 'uuid', nullable: true })
  readonly customerId: string | null;
  @Column({ type: 'boolean' })
  readonly enabled: boolean;
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  readonly expiresAt: Date | null;
  @Column({ type: 'bigint' })
  readonly opens: number;
  @Column({ name: 'last_opened_at', type: 'timestamptz', nullable: true })
  readonly lastOpenedAt: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
}
