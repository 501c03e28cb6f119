import { Injectable } from '@nestjs/common';
import { customersErrors } from '../../customers.errors.js';
import { Persons } from '../../identity/queries/persons.js';
import { type Candidate, candidatesOf, type GoldenField, goldenRecord } from '../domain/golden-record.js';
import { profilesErrors } from '../profiles.errors.js';
import { FieldCatalogue } from './field-catalogue.js';
import { ProfileOf } from './profile-of.js';

export interface ExplainedField extends GoldenField {
  /** What every source of every customer of the person says, the believed one first. */
  readonly candidates: readonly Candidate[];
}

/** Why a person shows this value. Inside an open unit of work. */
@Injectable()
export class ExplainField {
  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly persons: Persons,
    private readonly profiles: ProfileOf,
  ) {}

  /** @throws customers.not_found, customers.field_not_found */
  async why(customerId: string, key: string): Promise<ExplainedField> {
    const { fields, rules } = await this.catalogue.read();
    const told = await this.profiles.told(await this.persons.customersOf(customerId));
    if (!told.has(customerId)) throw customersErrors.not_found();
    const values = [...told.values()].flat().filter(({ field }) => field === key);
    const [golden] = goldenRecord(
      fields.filter((field) => field.key === key),
      values,
      rules,
    );
    if (!golden) throw profilesErrors.field_not_found();
    return { ...golden, candidates: candidatesOf(values, rules) };
  }
}
