import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/**
 * Batches announced to their holders, and what is known of the mass messages that customers got, ours and others'
 * (docs/adr/0029).
 */
export class CouponsDelivery1764300070050 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ANNOUNCEMENTS);
    await queryRunner.query(MASS_SENDS);
    await queryRunner.query(WELCOME_OFFERS);
    for (const table of TABLES) await tenantTable(queryRunner, `coupons.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE ${TABLES.map((table) => `coupons.${table}`).join(', ')}`);
  }
}

const TABLES = [
  'announcement_recipients',
  'announcement_parts',
  'announcements',
  'mass_receipts',
  'mass_send_tasks',
  'mass_sends',
  'mass_listings',
  'welcome_offers',
];

const ANNOUNCEMENTS = `
  CREATE TABLE coupons.announcements (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    text text,
    attachments jsonb NOT NULL,
    again boolean NOT NULL,
    -- the last coupon whose holder was looked at
    cursor uuid,
    chosen_at timestamptz,
    handed_at timestamptz,
    cancelled_at timestamptz,
    finished_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT announcements_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT announcements_batch_fkey FOREIGN KEY (corp_id, batch_id) REFERENCES coupons.batches (corp_id, id)
  );
  CREATE UNIQUE INDEX announcements_open_key ON coupons.announcements (corp_id, batch_id) WHERE handed_at IS NULL;
  CREATE INDEX announcements_batch_idx ON coupons.announcements (corp_id, batch_id, id);
  CREATE INDEX announcements_unfinished_idx ON coupons.announcements (corp_id, id) WHERE finished_at IS NULL;

  CREATE TABLE coupons.announcement_parts (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    announcement_id uuid NOT NULL,
    sender_user_id text NOT NULL,
    state text NOT NULL,
    msg_id text,
    errcode integer,
    called_at timestamptz NOT NULL,
    CONSTRAINT announcement_parts_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT announcement_parts_msg_key UNIQUE (corp_id, msg_id),
    CONSTRAINT announcement_parts_announcement_fkey FOREIGN KEY (corp_id, announcement_id)
      REFERENCES coupons.announcements (corp_id, id),
    CONSTRAINT announcement_parts_state_check CHECK (state IN ('calling', 'handed', 'failed')),
    CONSTRAINT announcement_parts_msg_check CHECK ((state = 'handed') = (msg_id IS NOT NULL))
  );
  CREATE INDEX announcement_parts_announcement_idx ON coupons.announcement_parts (corp_id, announcement_id, state);

  CREATE TABLE coupons.announcement_recipients (
    corp_id uuid NOT NULL,
    announcement_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    coupon_id uuid NOT NULL,
    external_user_id text,
    sender_user_id text,
    state text NOT NULL,
    rule text,
    part_id uuid,
    state_at timestamptz NOT NULL,
    -- no foreign keys: they would be looked up a hundred thousand times
    CONSTRAINT announcement_recipients_pkey PRIMARY KEY (corp_id, announcement_id, customer_id),
    CONSTRAINT announcement_recipients_state_check CHECK (state IN ('waiting', 'excluded', 'calling', 'handed', 'received',
      'not_friend', 'limit', 'not_taken', 'failed', 'unconfirmed', 'cancelled')),
    CONSTRAINT announcement_recipients_rule_check CHECK ((state = 'excluded') = (rule IS NOT NULL))
  );
  CREATE INDEX announcement_recipients_state_idx
    ON coupons.announcement_recipients (corp_id, announcement_id, state, sender_user_id, customer_id);
  CREATE INDEX announcement_recipients_part_idx ON coupons.announcement_recipients (corp_id, part_id, external_user_id);
  CREATE INDEX announcement_recipients_customer_idx ON coupons.announcement_recipients (corp_id, customer_id);
  CREATE INDEX announcement_recipients_contact_idx ON coupons.announcement_recipients (corp_id, external_user_id);
`;

/** Of all mass messages of the corp: those made here, by members themselves, and by other apps. */
const MASS_SENDS = `
  -- one row a corp; whoever reserves a customer's place under the limit holds it
  CREATE TABLE coupons.mass_listings (
    corp_id uuid NOT NULL,
    listed_until timestamptz,
    CONSTRAINT mass_listings_pkey PRIMARY KEY (corp_id)
  );

  CREATE TABLE coupons.mass_sends (
    corp_id uuid NOT NULL,
    msg_id text NOT NULL,
    made_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT mass_sends_pkey PRIMARY KEY (corp_id, msg_id)
  );
  CREATE INDEX mass_sends_open_idx ON coupons.mass_sends (corp_id, made_at) WHERE settled_at IS NULL;
  CREATE INDEX mass_sends_made_idx ON coupons.mass_sends (corp_id, made_at);

  CREATE TABLE coupons.mass_send_tasks (
    corp_id uuid NOT NULL,
    msg_id text NOT NULL,
    user_key text NOT NULL,
    read_at timestamptz NOT NULL,
    CONSTRAINT mass_send_tasks_pkey PRIMARY KEY (corp_id, msg_id, user_key),
    CONSTRAINT mass_send_tasks_send_fkey FOREIGN KEY (corp_id, msg_id)
      REFERENCES coupons.mass_sends (corp_id, msg_id) ON DELETE CASCADE
  );

  CREATE TABLE coupons.mass_receipts (
    corp_id uuid NOT NULL,
    external_user_id text NOT NULL,
    msg_id text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT mass_receipts_pkey PRIMARY KEY (corp_id, external_user_id, msg_id),
    CONSTRAINT mass_receipts_kind_check CHECK (kind IN ('received', 'limit', 'not_taken'))
  );
  CREATE INDEX mass_receipts_at_idx ON coupons.mass_receipts (corp_id, at);
`;

/** Claim links that went along with a welcome. */
const WELCOME_OFFERS = `
  CREATE TABLE coupons.welcome_offers (
    corp_id uuid NOT NULL,
    welcome_code text NOT NULL,
    batch_id uuid NOT NULL,
    link_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    external_user_id text,
    outcome text,
    made_at timestamptz NOT NULL,
    CONSTRAINT welcome_offers_pkey PRIMARY KEY (corp_id, welcome_code, batch_id),
    CONSTRAINT welcome_offers_link_key UNIQUE (corp_id, link_id)
  );
  CREATE INDEX welcome_offers_batch_idx ON coupons.welcome_offers (corp_id, batch_id, link_id);
  CREATE INDEX welcome_offers_contact_idx ON coupons.welcome_offers (corp_id, external_user_id);
`;
