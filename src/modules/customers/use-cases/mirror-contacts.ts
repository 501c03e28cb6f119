import { Injectable } from '@nestjs/common';
import type { Observation } from '../domain/contact-observation.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { RelationPhoneStore } from '../persistence/relation-phone-store.js';
import { pairOf, RelationStore, type WrittenRelation } from '../persistence/relation-store.js';
import { RelationTagStore } from '../persistence/relation-tag-store.js';

export interface MirrorChanges {
  readonly inserted: WrittenRelation[];
  /** Known before, with anything different: the row, its tags, its numbers or its customer's profile. */
  readonly changed: WrittenRelation[];
  readonly reopened: WrittenRelation[];
}

/** Stores what one read of WeCom showed; a newer read is never overwritten. Inside an open unit of work. */
@Injectable()
export class MirrorContacts {
  constructor(
    private readonly customers: CustomerStore,
    private readonly relations: RelationStore,
    private readonly tags: RelationTagStore,
    private readonly phones: RelationPhoneStore,
  ) {}

  async apply(observation: Observation): Promise<MirrorChanges> {
    if (observation.profiles.length === 0) return { inserted: [], changed: [], reopened: [] };
    const changedProfiles = await this.customers.upsertProfiles(observation);
    const written = await this.relations.upsert(observation);
    const changedParts = await this.replaceParts(observation, written);
    const changed = written.filter(
      (relation) =>
        relation.changed || changedParts.has(relation.id) || changedProfiles.has(relation.externalUserId),
    );
    await this.customers.touch([...new Set(changed.map((relation) => relation.customerId))]);
    return {
      inserted: written.filter((relation) => relation.inserted),
      changed: changed.filter((relation) => !relation.inserted),
      reopened: written.filter((relation) => relation.reopened),
    };
  }

  /** A listing without numbers does not say that there are none. */
  private async replaceParts(
    observation: Observation,
    written: readonly WrittenRelation[],
  ): Promise<Set<string>> {
    const detail = observation.source === 'detail';
    const observed = new Map(observation.relations.map((relation) => [pairOf(relation), relation]));
    const parts = written.map((row) => {
      const relation = observed.get(
        pairOf({ externalUserId: row.externalUserId, staffUserId: row.staffKey }),
      );
      const ids = { relationId: row.id, customerId: row.customerId };
      return { ...ids, tags: relation?.tags ?? [], phones: relation?.phones ?? [] };
    });
    const tagged = await this.tags.replace(parts, detail);
    const phoned = await this.phones.replace(parts.filter(({ phones }) => detail || phones.length > 0));
    return new Set([...tagged, ...phoned]);
  }
}
