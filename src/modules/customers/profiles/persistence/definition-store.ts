import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { FieldContent, FieldDefinition, FieldNature } from '../domain/field-definition.js';

/** With its place. */
export type PlacedContent = FieldContent & { readonly personal: boolean; readonly position: number };

export interface StoredDefinition extends FieldNature, PlacedContent {
  readonly id: string;
  readonly version: number;
  readonly archived: boolean;
}

const COLUMNS = `id, key, type, label_zh AS zh, label_en AS en, required, is_unique AS "unique", personal,
  whole_path AS "wholePath", default_value AS "defaultValue", choices, position, version,
  archived_at IS NOT NULL AS archived`;

/** Fields that the corp has made. Inside an open unit of work. */
@Injectable()
export class DefinitionStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  find(id: string): Promise<StoredDefinition | undefined> {
    return this.database.maybeOne(
      `SELECT ${COLUMNS} FROM customers.field_definitions WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  lock(id: string): Promise<StoredDefinition | undefined> {
    return this.database.maybeOne(
      `SELECT ${COLUMNS} FROM customers.field_definitions WHERE corp_id = $1 AND id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  async count(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      `SELECT count(*) AS count FROM customers.field_definitions WHERE corp_id = $1`,
      [this.database.corpId],
    );
    return count;
  }

  /** Of all other fields, archived ones included. */
  async countChoices(exceptId: string | null): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      `SELECT coalesce(sum(jsonb_array_length(choices)), 0) AS count FROM customers.field_definitions
        WHERE corp_id = $1 AND id IS DISTINCT FROM $2::uuid`,
      [this.database.corpId, exceptId],
    );
    return count;
  }

  /** @returns undefined when the key is taken. */
  insert(nature: FieldNature, content: PlacedContent): Promise<StoredDefinition | undefined> {
    return this.database.maybeOne(
      `INSERT INTO customers.field_definitions (corp_id, id, key, type, is_unique, whole_path, label_zh, label_en,
              required, personal, default_value, choices, position, version, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, clock_timestamp(), clock_timestamp())
       ON CONFLICT (corp_id, key) DO NOTHING RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        nature.key,
        nature.type,
        nature.unique,
        nature.wholePath,
        ...columnsOf(content),
      ],
    );
  }

  /** Of a field that is locked; an archived one is in use again. */
  replace(id: string, content: PlacedContent): Promise<StoredDefinition> {
    return this.database.one(
      `UPDATE customers.field_definitions SET label_zh = $3, label_en = $4, required = $5, personal = $6,
              default_value = $7, choices = $8, position = $9, archived_at = NULL, version = version + 1,
              updated_at = clock_timestamp()
        WHERE corp_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [this.database.corpId, id, ...columnsOf(content)],
    );
  }

  async archive(id: string): Promise<void> {
    await this.database.execute(
      `UPDATE customers.field_definitions SET archived_at = clock_timestamp(), version = version + 1,
              updated_at = clock_timestamp()
        WHERE corp_id = $1 AND id = $2 AND archived_at IS NULL`,
      [this.database.corpId, id],
    );
  }
}

function columnsOf(content: PlacedContent): unknown[] {
  const { zh, en, required, personal, defaultValue, choices, position } = content;
  const shownDefault = defaultValue === null ? null : JSON.stringify(defaultValue);
  return [zh, en, required, personal, shownDefault, JSON.stringify(choices), position];
}

/** The definition as profiles know it. */
export function definitionOf({ version: _version, ...stored }: StoredDefinition): FieldDefinition {
  // reason for the cast: a default was checked before it was stored
  return { ...stored, defaultValue: stored.defaultValue as FieldDefinition['defaultValue'], readOnly: false };
}
