import { Injectable } from '@nestjs/common';
import type { FieldDefinition } from '../domain/field-definition.js';
import { DefinitionStore, definitionOf } from '../persistence/definition-store.js';
import { profilesErrors } from '../profiles.errors.js';

export interface FoundField {
  readonly definition: FieldDefinition;
  readonly version: number;
}

/** Inside an open unit of work. */
@Injectable()
export class FindField {
  constructor(private readonly definitions: DefinitionStore) {}

  /** @throws customers.field_not_found */
  async get(id: string): Promise<FoundField> {
    const stored = await this.definitions.find(id);
    if (!stored) throw profilesErrors.field_not_found();
    return { definition: definitionOf(stored), version: stored.version };
  }
}
