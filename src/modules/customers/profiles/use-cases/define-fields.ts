import { Injectable } from '@nestjs/common';
import { Audit } from '../../../../platform/audit/audit.js';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { BUILTIN_FIELDS, CUSTOM_POSITION } from '../domain/builtin-fields.js';
import { areChoicesFitting, CHOICES_KEPT_MAX, withArchived } from '../domain/choices.js';
import type {
  FieldChoice,
  FieldContent,
  FieldDefinition,
  FieldNature,
  FieldValue,
} from '../domain/field-definition.js';
import { parseFieldValue } from '../domain/field-value.js';
import {
  DefinitionStore,
  definitionOf,
  type PlacedContent,
  type StoredDefinition,
} from '../persistence/definition-store.js';
import { profilesErrors } from '../profiles.errors.js';

/** Archived ones, too: their values are still there. */
const FIELDS_MAX = 200;
const BUILTIN_KEYS = new Set(BUILTIN_FIELDS.map(({ key }) => key));

/** Custom fields of the corp. Inside an open unit of work. */
@Injectable()
export class DefineFields {
  constructor(
    private readonly definitions: DefinitionStore,
    private readonly audit: Audit,
  ) {}

  /** @throws customers.field_key_taken, field_choices_invalid, field_default_invalid, fields_too_many, choices_too_many */
  async create(nature: FieldNature, content: FieldContent): Promise<StoredDefinition> {
    if (BUILTIN_KEYS.has(nature.key)) throw profilesErrors.field_key_taken();
    if ((await this.definitions.count()) >= FIELDS_MAX)
      throw profilesErrors.fields_too_many({ max: FIELDS_MAX });
    const { personal = false, position = CUSTOM_POSITION } = content;
    const placed = { ...content, personal, position };
    await this.limitChoices(null, content.choices);
    const made = await this.definitions.insert(nature, checked(nature, placed));
    if (!made) throw profilesErrors.field_key_taken();
    return made;
  }

  /**
   * Everything but the field's nature; an archived field is in use again. Choices that are left out stay readable.
   * @param assertSeen throws when the caller has seen another version
   * @param mayReveal whether the caller may show what was masked
   * @throws customers.field_not_found, field_choices_invalid, field_default_invalid, choices_too_many, field_personal_kept
   */
  async replace(
    id: string,
    content: FieldContent,
    assertSeen: (version: number) => void,
    mayReveal: boolean,
  ): Promise<StoredDefinition> {
    const before = await this.definitions.lock(id);
    if (!before) throw profilesErrors.field_not_found();
    assertSeen(before.version);
    const { personal = before.personal, position = before.position } = content;
    const now = checked(before, { ...content, personal, position });
    const choices = withArchived(before.choices, now.choices);
    await this.limitChoices(id, choices);
    if (before.personal && !personal) await this.unmask(id, mayReveal);
    return this.definitions.replace(id, { ...now, choices });
  }

  /** Its values stay and are no longer shown. @throws customers.field_not_found */
  async archive(id: string): Promise<void> {
    if (!(await this.definitions.lock(id))) throw profilesErrors.field_not_found();
    await this.definitions.archive(id);
  }

  /** From now on everybody sees the values. */
  private async unmask(id: string, mayReveal: boolean): Promise<void> {
    if (!mayReveal) throw profilesErrors.field_personal_kept();
    await this.audit.append({ action: 'customers.unmask_field', target: { id: toPublicId('fld', id) } });
  }

  private async limitChoices(id: string | null, choices: readonly FieldChoice[]): Promise<void> {
    if (choices.length > 0 && (await this.definitions.countChoices(id)) + choices.length > CHOICES_KEPT_MAX)
      throw profilesErrors.choices_too_many({ max: CHOICES_KEPT_MAX });
  }
}

function checked(nature: FieldNature, content: PlacedContent): PlacedContent {
  if (!areChoicesFitting(nature.type, content.choices)) throw profilesErrors.field_choices_invalid();
  return { ...content, defaultValue: checkedDefault(nature, content) };
}

function checkedDefault(nature: FieldNature, content: PlacedContent): FieldValue | null {
  if (content.defaultValue === null) return null;
  const asDefined = { ...nature, ...content, id: '', version: 0, archived: false };
  const definition: FieldDefinition = definitionOf(asDefined);
  const parsed = parseFieldValue(definition, content.defaultValue);
  if (!parsed.ok || nature.unique) throw profilesErrors.field_default_invalid();
  return parsed.value;
}
