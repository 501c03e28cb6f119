import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { BUILT_IN_TYPES, type EventType, TYPES_MAX } from '../domain/event-type.js';

/** A type that the corp declared. */
export interface OwnEventType extends EventType {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const TYPE_COLUMNS = `id, key, name, fields, enabled, created_at AS "createdAt", updated_at AS "updatedAt"`;

/** What events may be sent. Inside an open unit of work. */
@Injectable()
export class EventTypes {
  constructor(private readonly database: Database) {}

  /** Built-in and own ones, with those that are switched off. */
  async byKey(): Promise<ReadonlyMap<string, EventType>> {
    const own = await this.list(undefined, TYPES_MAX);
    return new Map([...BUILT_IN_TYPES, ...own].map((type) => [type.key, type]));
  }

  /** The corp's own ones, in the order in which they were declared. */
  list(after: { id: string } | undefined, limit: number): Promise<OwnEventType[]> {
    return this.database.query<OwnEventType>(
      `SELECT ${TYPE_COLUMNS} FROM customers.event_types
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  find(id: string): Promise<OwnEventType | undefined> {
    return this.database.maybeOne<OwnEventType>(
      `SELECT ${TYPE_COLUMNS} FROM customers.event_types WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }
}
