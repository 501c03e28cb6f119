import type { MigrationInterface, QueryRunner } from 'typeorm';
import { moduleSchema, tenantTable } from '../src/platform/database/migration-steps.js';

/** The mirror of WeCom's corp tag library. Rows are never deleted: customers may still carry a deleted tag's id. */
export class SegmentsCorpTags1763800040001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await moduleSchema(queryRunner, 'segments');
    await queryRunner.query(`
      CREATE TABLE segments.corp_tag_groups (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        wecom_group_id text NOT NULL,
        name text NOT NULL,
        sort_order bigint NOT NULL,
        strategy_id text,
        created_at timestamptz NOT NULL,
        deleted_at timestamptz,
        fetched_at timestamptz NOT NULL,
        CONSTRAINT corp_tag_groups_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT corp_tag_groups_wecom_group_id_key UNIQUE (corp_id, wecom_group_id)
      );

      CREATE TABLE segments.corp_tags (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        group_id uuid NOT NULL,
        wecom_tag_id text NOT NULL,
        name text NOT NULL,
        sort_order bigint NOT NULL,
        strategy_id text,
        created_at timestamptz NOT NULL,
        deleted_at timestamptz,
        fetched_at timestamptz NOT NULL,
        CONSTRAINT corp_tags_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT corp_tags_wecom_tag_id_key UNIQUE (corp_id, wecom_tag_id),
        CONSTRAINT corp_tags_group_fkey FOREIGN KEY (corp_id, group_id)
          REFERENCES segments.corp_tag_groups (corp_id, id)
      );
      CREATE INDEX corp_tags_group ON segments.corp_tags (corp_id, group_id);
    `);
    await tenantTable(queryRunner, 'segments.corp_tag_groups');
    await tenantTable(queryRunner, 'segments.corp_tags');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA segments CASCADE');
  }
}
