import { Injectable } from '@nestjs/common';
import { Persons } from '../../identity/queries/persons.js';
import { type GoldenField, goldenRecord, type ToldValue } from '../domain/golden-record.js';
import { ValueStore } from '../persistence/value-store.js';
import { type Catalogue, FieldCatalogue } from './field-catalogue.js';
import { MirrorFacts } from './mirror-facts.js';

/** What the person of a customer shows. */
export interface GoldenProfile {
  /** Of the person, sorted; the first is the person's id. */
  readonly customerIds: readonly string[];
  /** In the order of the fields' positions. */
  readonly fields: readonly GoldenField[];
}

/** Golden records. Inside an open unit of work, that may be one that reads. */
@Injectable()
export class ProfileOf {
  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly persons: Persons,
    private readonly values: ValueStore,
    private readonly facts: MirrorFacts,
  ) {}

  /** Four or five statements for any number of customers, at most 1,000. @returns nothing for one that does not exist. */
  async of(customerIds: readonly string[], known?: Catalogue): Promise<Map<string, GoldenProfile>> {
    const { fields, rules } = known ?? (await this.catalogue.read());
    const persons = await this.persons.customersOfMany(customerIds);
    const told = await this.told([...new Set([...persons.values()].flat())]);
    const profiles = new Map<string, GoldenProfile>();
    for (const [id, members] of persons) {
      if (!told.has(id)) continue;
      const values = members.flatMap((member) => told.get(member) ?? []);
      profiles.set(id, { customerIds: members, fields: goldenRecord(fields, values, rules) });
    }
    return profiles;
  }

  /** What all sources say, by customer. @returns nothing for one that does not exist. */
  async told(customerIds: readonly string[]): Promise<Map<string, ToldValue[]>> {
    const told = await this.facts.of(customerIds);
    for (const value of await this.values.list(customerIds)) told.get(value.customerId)?.push(value);
    return told;
  }
}
