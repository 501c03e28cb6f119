import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Stage } from '../domain/stage.js';

/** The corp's sales stages. Inside an open unit of work. */
@Injectable()
export class StageStore {
  constructor(private readonly database: Database) {}

  /** Two who change the stages take turns. */
  async lock(): Promise<void> {
    await this.database.execute(
      `SELECT pg_advisory_xact_lock(hashtextextended('customers.stages ' || $1::text, 0))`,
      [this.database.corpId],
    );
  }

  /** In this order. */
  async save(stages: readonly Stage[]): Promise<void> {
    await this.database.execute(
      `INSERT INTO customers.stages AS s (corp_id, key, kind, label_zh, label_en, reasons, position, archived_at, updated_at)
       SELECT $1, n.key, n.kind, n.zh, n.en, n.reasons, n.position, CASE WHEN n.archived THEN clock_timestamp() END,
              clock_timestamp()
         FROM jsonb_to_recordset($2::jsonb)
           AS n(key text, kind text, zh text, en text, reasons jsonb, position int, archived boolean)
       ON CONFLICT (corp_id, key) DO UPDATE SET kind = excluded.kind, label_zh = excluded.label_zh,
         label_en = excluded.label_en, reasons = excluded.reasons, position = excluded.position,
         archived_at = CASE WHEN excluded.archived_at IS NOT NULL THEN coalesce(s.archived_at, excluded.archived_at) END,
         updated_at = excluded.updated_at`,
      [
        this.database.corpId,
        JSON.stringify(stages.map((stage, index) => ({ ...stage, position: index + 1 }))),
      ],
    );
  }
}
