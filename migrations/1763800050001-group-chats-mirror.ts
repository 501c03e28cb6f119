import type { MigrationInterface, QueryRunner } from 'typeorm';
import { moduleSchema, tenantTable } from '../src/platform/database/migration-steps.js';

/** The mirror of the corp's customer groups and of who is, and was, in them. */
export class GroupChatsMirror1763800050001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await moduleSchema(queryRunner, 'group_chats');
    await queryRunner.query(`
      CREATE TABLE group_chats.group_chats (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        chat_id text NOT NULL,
        name text NOT NULL,
        owner_user_id text NOT NULL,
        owner_user_key text NOT NULL,
        owner_state text NOT NULL,
        notice text NOT NULL,
        admin_user_ids text[] NOT NULL,
        member_version text,
        member_count integer NOT NULL,
        created_at timestamptz NOT NULL,
        dismissed_at timestamptz,
        fetched_at timestamptz NOT NULL,
        CONSTRAINT group_chats_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT group_chats_chat_id_key UNIQUE (corp_id, chat_id),
        CONSTRAINT group_chats_owner_user_key_check CHECK (owner_user_key = lower(owner_user_id)),
        CONSTRAINT group_chats_owner_state_check
          CHECK (owner_state IN ('serving', 'resigned', 'being_inherited', 'inherited', 'unknown'))
      );
      CREATE INDEX group_chats_owner ON group_chats.group_chats (corp_id, owner_user_key, id);

      CREATE TABLE group_chats.group_chat_members (
        corp_id uuid NOT NULL,
        group_chat_id uuid NOT NULL,
        member_id text NOT NULL,
        kind text NOT NULL,
        name text,
        group_nickname text,
        union_id text,
        join_scene integer NOT NULL,
        invitor_user_id text,
        state text,
        joined_at timestamptz NOT NULL,
        left_at timestamptz,
        CONSTRAINT group_chat_members_pkey PRIMARY KEY (corp_id, group_chat_id, member_id),
        CONSTRAINT group_chat_members_kind_check CHECK (kind IN ('staff', 'external')),
        CONSTRAINT group_chat_members_group_chat_fkey FOREIGN KEY (corp_id, group_chat_id)
          REFERENCES group_chats.group_chats (corp_id, id) ON DELETE CASCADE
      );
      CREATE INDEX group_chat_members_member ON group_chats.group_chat_members (corp_id, member_id);
    `);
    await tenantTable(queryRunner, 'group_chats.group_chats');
    await tenantTable(queryRunner, 'group_chats.group_chat_members');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA group_chats CASCADE');
  }
}
