import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/**
 * The past of follow relations: what the mirror replaces is kept by a trigger, so that no statement can forget it. A row
 * that is new or unchanged costs nothing: a first sync writes no history.
 */
export class CustomersRelationHistory1764100030070 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(HISTORY);
    await tenantTable(queryRunner, 'customers.relation_history');
    await queryRunner.query(KEEP_PAST);
    await queryRunner.query('ALTER TABLE customers.customers ADD COLUMN lost_at timestamptz');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE customers.customers DROP COLUMN lost_at;
      DROP TRIGGER keep_past ON customers.follow_relations;
      DROP FUNCTION customers.keep_relation_past();
      DROP TABLE customers.relation_history`);
  }
}

/**
 * started: WeCom's creation time, with how; added: an add event; noted: remark, description and company as they were
 * before; tags and phones: what came and went, numbers masked. customer_id is repeated for whoever removes a person.
 */
const HISTORY = `
  CREATE TABLE customers.relation_history (
    corp_id uuid NOT NULL,
    relation_id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    customer_id uuid NOT NULL,
    add_way integer,
    state text,
    operator_id text,
    by_transfer boolean NOT NULL DEFAULT false,
    remark text,
    description text,
    remark_corp_name text,
    added jsonb,
    removed jsonb,
    CONSTRAINT relation_history_pkey PRIMARY KEY (corp_id, relation_id, at, kind),
    CONSTRAINT relation_history_relation_fkey FOREIGN KEY (corp_id, relation_id)
      REFERENCES customers.follow_relations (corp_id, id) ON DELETE CASCADE,
    CONSTRAINT relation_history_kind_check CHECK (kind IN (
      'started', 'added', 'ended_by_staff', 'ended_by_customer', 'disappeared', 'noted', 'tags', 'phones'))
  );
  CREATE INDEX relation_history_customer_idx ON customers.relation_history (corp_id, customer_id);`;

/** "Disappeared" is no past of its own where a known reason takes its place: then the relation is still over. */
const KEEP_PAST = `
  CREATE FUNCTION customers.keep_relation_past() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO customers.relation_history (corp_id, relation_id, customer_id, at, kind, add_way, state, operator_id)
    SELECT OLD.corp_id, OLD.id, OLD.customer_id, past.at, past.kind, past.add_way, past.state, past.operator_id
      FROM (VALUES
        ('started', OLD.followed_at, NEW.followed_at, OLD.add_way, OLD.state, OLD.operator_id),
        ('added', OLD.added_at, NEW.added_at, NULL, NULL, NULL),
        ('ended_by_staff', OLD.deleted_by_staff_at, NEW.deleted_by_staff_at, NULL, NULL, NULL),
        ('ended_by_customer', OLD.deleted_by_customer_at, NEW.deleted_by_customer_at, NULL, NULL, NULL),
        ('disappeared', CASE WHEN NEW.ended_at IS NULL THEN OLD.disappeared_at END, NULL, NULL, NULL, NULL)
      ) AS past(kind, at, replaced_by, add_way, state, operator_id)
     WHERE past.at IS NOT NULL AND past.at IS DISTINCT FROM past.replaced_by
    ON CONFLICT DO NOTHING;
    IF OLD.followed_at IS NOT NULL AND (OLD.remark, OLD.description, OLD.remark_corp_name)
       IS DISTINCT FROM (NEW.remark, NEW.description, NEW.remark_corp_name) THEN
      INSERT INTO customers.relation_history (corp_id, relation_id, customer_id, at, kind, remark, description,
             remark_corp_name)
      VALUES (OLD.corp_id, OLD.id, OLD.customer_id, clock_timestamp(), 'noted', OLD.remark, OLD.description,
             OLD.remark_corp_name);
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER keep_past AFTER UPDATE ON customers.follow_relations FOR EACH ROW
    WHEN ((OLD.followed_at, OLD.added_at, OLD.deleted_by_staff_at, OLD.deleted_by_customer_at, OLD.disappeared_at,
           OLD.remark, OLD.description, OLD.remark_corp_name)
      IS DISTINCT FROM
          (NEW.followed_at, NEW.added_at, NEW.deleted_by_staff_at, NEW.deleted_by_customer_at, NEW.disappeared_at,
           NEW.remark, NEW.description, NEW.remark_corp_name))
    EXECUTE FUNCTION customers.keep_relation_past();`;
