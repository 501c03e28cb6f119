import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import { behaviourErrors } from '../behaviour.errors.js';
import { type EventField, TYPES_MAX } from '../domain/event-type.js';
import { type OwnEventType, TYPE_COLUMNS } from '../queries/event-types.js';

export interface EventTypeContent {
  readonly name: string;
  readonly fields: readonly EventField[];
  readonly enabled: boolean;
}

/** Declares the corp's own event types. Inside an open unit of work. */
@Injectable()
export class ChangeEventTypes {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /** @throws customers.event_type_exists, event_types_full, event_type_fields_repeated */
  async create(key: string, content: EventTypeContent): Promise<OwnEventType> {
    refuseRepeated(content.fields);
    const { corpId } = this.database;
    // one at a time, or two at once could pass the limit
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `event-types:${corpId}`,
    ]);
    const { count } = await this.database.one<{ count: number }>(
      'SELECT count(*) AS count FROM customers.event_types WHERE corp_id = $1',
      [corpId],
    );
    if (count >= TYPES_MAX) throw behaviourErrors.event_types_full();
    const made = await this.database.maybeOne<OwnEventType>(
      `INSERT INTO customers.event_types (corp_id, id, key, name, fields, enabled, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6, statement_timestamp(), statement_timestamp())
       ON CONFLICT DO NOTHING RETURNING ${TYPE_COLUMNS}`,
      [corpId, this.ids.next(), key, content.name, JSON.stringify(content.fields), content.enabled],
    );
    if (!made) throw behaviourErrors.event_type_exists();
    return made;
  }

  /** Events that are there keep the fields they came with. @throws customers.event_type_not_found, event_type_fields_repeated */
  async replace(id: string, content: EventTypeContent): Promise<OwnEventType> {
    refuseRepeated(content.fields);
    const changed = await this.database.maybeOne<OwnEventType>(
      `UPDATE customers.event_types SET name = $3, fields = $4::jsonb, enabled = $5, updated_at = statement_timestamp()
        WHERE corp_id = $1 AND id = $2 RETURNING ${TYPE_COLUMNS}`,
      [this.database.corpId, id, content.name, JSON.stringify(content.fields), content.enabled],
    );
    if (!changed) throw behaviourErrors.event_type_not_found();
    return changed;
  }
}

function refuseRepeated(fields: readonly EventField[]): void {
  if (new Set(fields.map(({ key }) => key)).size < fields.length)
    throw behaviourErrors.event_type_fields_repeated();
}
