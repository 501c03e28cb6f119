import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import { customersMerged, customersUnmerged } from '../../customers.events.js';
import { partitionOf } from '../domain/partition.js';
import { partsOf, regroup } from '../domain/regrouped.js';
import { IdentityFactsReader } from '../persistence/identity-facts.js';
import { PersonStore } from '../persistence/person-store.js';

/** Decides again who is one person. Inside an open unit of work that holds the lock of the corp's persons alone. */
@Injectable()
export class DecidePersons {
  constructor(
    private readonly reader: IdentityFactsReader,
    private readonly persons: PersonStore,
    private readonly events: Events,
  ) {}

  /**
   * @param customerIds whose facts have changed: all holders of a value that somebody has now or had before, as far as it
   * linked them then or links them now. Whoever they were connected with is then among those they reach now.
   */
  async again(customerIds: readonly string[]): Promise<void> {
    if (customerIds.length === 0) return;
    const reach = await this.reader.reach(customerIds);
    const { persons, doubtful } = partitionOf(reach.facts);
    const { links, merged, unmerged } = regroup(await this.persons.personsOf(reach.customerIds), persons);
    await this.persons.write(links);
    await this.persons.writeCases(reach.customerIds, doubtful);
    for (const ids of unmerged) {
      const parts = partsOf(ids, persons);
      await this.events.append(customersUnmerged, { ...personEvent(ids), parts });
    }
    for (const ids of merged) await this.events.append(customersMerged, personEvent(ids));
  }
}

function personEvent(customerIds: readonly string[]) {
  return { personId: customerIds[0] ?? '', customerIds: [...customerIds] };
}
