import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { BUILTIN_FIELDS, STAGE_FIELD } from '../domain/builtin-fields.js';
import type { FieldDefinition } from '../domain/field-definition.js';
import { type Stage, stageChoices, STAGES_TO_BEGIN_WITH } from '../domain/stage.js';
import { RULES_TO_BEGIN_WITH, type SurvivorshipRules } from '../domain/survivorship.js';

type CustomDefinition = Omit<FieldDefinition, 'readOnly'>;

/** What a corp has said about its fields, read at once. */
export interface Catalogue {
  /** In the order of their positions; archived ones, too. */
  readonly fields: readonly FieldDefinition[];
  readonly stages: readonly Stage[];
  readonly rules: SurvivorshipRules;
  /** The database's clock when this was read. */
  readonly readAtMs: number;
}

/** A row of the statement below. */
export interface StoredCatalogue {
  readonly custom: readonly CustomDefinition[];
  readonly stages: readonly Stage[];
  readonly rules: SurvivorshipRules | null;
  readonly readAtMs: number;
}

/** Also part of a larger statement, which shows a whole page at once. $1 is the corp. */
export const CATALOGUE = {
  name: 'customers.field_catalogue',
  text: `
  SELECT (SELECT coalesce(json_agg(json_build_object('id', id, 'key', key, 'type', type, 'zh', label_zh, 'en', label_en,
            'required', required, 'unique', is_unique, 'defaultValue', default_value, 'choices', choices, 'wholePath',
            whole_path, 'personal', personal, 'position', position, 'archived', archived_at IS NOT NULL)
            ORDER BY position, key), '[]')
            FROM customers.field_definitions WHERE corp_id = $1) AS custom,
         (SELECT coalesce(json_agg(json_build_object('key', key, 'kind', kind, 'zh', label_zh, 'en', label_en,
            'reasons', reasons, 'archived', archived_at IS NOT NULL) ORDER BY position, key), '[]')
            FROM customers.stages WHERE corp_id = $1) AS stages,
         (SELECT json_build_object('version', version, 'ranking', ranking)
            FROM customers.survivorship_rules WHERE corp_id = $1 ORDER BY version DESC LIMIT 1) AS rules,
         floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "readAtMs"`,
};

/** Which fields a corp's profiles have. One statement for each call. Inside an open unit of work. */
@Injectable()
export class FieldCatalogue {
  constructor(private readonly database: Database) {}

  /** Built-in and custom fields that may be written, in the order of their positions. */
  async list(): Promise<FieldDefinition[]> {
    return (await this.read()).fields.filter(({ archived }) => !archived);
  }

  async read(): Promise<Catalogue> {
    return catalogueOf(await this.database.one<StoredCatalogue>(CATALOGUE, [this.database.corpId]));
  }
}

/** With the fields that every corp has, and what a corp begins with. */
export function catalogueOf(found: StoredCatalogue): Catalogue {
  const stages = found.stages.length > 0 ? found.stages : STAGES_TO_BEGIN_WITH;
  const builtin = BUILTIN_FIELDS.map((field) =>
    field.key === STAGE_FIELD ? { ...field, choices: stageChoices(stages) } : field,
  );
  const custom = found.custom.map((field) => ({ ...field, readOnly: false }));
  return {
    fields: [...builtin, ...custom].sort((a, b) => a.position - b.position), // stable: equal positions keep their order
    stages,
    rules: found.rules ?? RULES_TO_BEGIN_WITH,
    readAtMs: found.readAtMs,
  };
}
