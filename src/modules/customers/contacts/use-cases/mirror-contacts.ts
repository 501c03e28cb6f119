import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import { CORP_TAGS_PER_EVENT_MAX, type CorpTagsChanged, corpTagsChanged } from '../../customers.events.js';
import type { Observation } from '../domain/contact-observation.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { partsChanges } from '../persistence/parts-changes.js';
import { RelationHistoryStore } from '../persistence/relation-history-store.js';
import { RelationPhoneStore } from '../persistence/relation-phone-store.js';
import { RelationStore, type WrittenRelation } from '../persistence/relation-store.js';
import { RelationTagStore, type TagChanges } from '../persistence/relation-tag-store.js';

export interface MirrorChanges {
  readonly inserted: WrittenRelation[];
  /** Known before, with anything different: the row, its tags, its numbers or its customer's profile. */
  readonly changed: WrittenRelation[];
  readonly reopened: WrittenRelation[];
  /** Customers who were lost before this read and of whom a relation began, or began again. */
  readonly revived: string[];
}

/** Stores what one read of WeCom showed; a newer read is never overwritten. Inside an open unit of work. */
@Injectable()
export class MirrorContacts {
  constructor(
    private readonly customers: CustomerStore,
    private readonly relations: RelationStore,
    private readonly tags: RelationTagStore,
    private readonly phones: RelationPhoneStore,
    private readonly history: RelationHistoryStore,
    private readonly events: Events,
  ) {}

  async apply(observation: Observation): Promise<MirrorChanges> {
    if (observation.profiles.length === 0) return { inserted: [], changed: [], reopened: [], revived: [] };
    const profiles = await this.customers.upsertProfiles(observation);
    const profileOf = (externalUserId: string) => {
      const profile = profiles.get(externalUserId);
      if (!profile) throw new Error('a relation was observed without its customer');
      return profile;
    };
    const written = await this.relations.upsert(observation, profileOf);
    const changedParts = await this.replaceParts(written, observation.source === 'detail');
    const differing = written.filter((row) => row.changed || changedParts.has(row.id));
    const hasNewProfile = ({ observed }: WrittenRelation) => profileOf(observed.externalUserId).changed;
    const untouched = differing.filter((row) => !hasNewProfile(row)); // a new profile has moved `updated_at`
    await this.customers.touch([...new Set(untouched.map(({ customerId }) => customerId))]);
    const changed = [...differing, ...oneOfEachOther(written.filter(hasNewProfile), differing)];
    return {
      inserted: written.filter((row) => row.inserted),
      changed: changed.filter((row) => !row.inserted),
      reopened: written.filter((row) => row.reopened),
      revived: written
        .filter((row) => (row.inserted || row.reopened) && profileOf(row.observed.externalUserId).lost)
        .map(({ customerId }) => customerId),
    };
  }

  /** A listing without numbers does not say that there are none. */
  private async replaceParts(written: readonly WrittenRelation[], detail: boolean): Promise<Set<string>> {
    const tagged = await this.tags.replace(written, detail);
    const phoned = await this.phones.replace(
      written.filter(({ observed }) => detail || observed.phones.length > 0),
    );
    await this.appendTagsChanged(tagged);
    await this.history.recordTags(partsChanges(written, tagged.put.map(partOf), tagged.taken.map(partOf)));
    return new Set([...tagged.relationIds, ...phoned]);
  }

  private async appendTagsChanged({ put, taken }: TagChanges): Promise<void> {
    const changes = [...put.flatMap(changeOf(true)), ...taken.flatMap(changeOf(false))];
    for (let start = 0; start < changes.length; start += CORP_TAGS_PER_EVENT_MAX) {
      await this.events.append(corpTagsChanged, {
        changes: changes.slice(start, start + CORP_TAGS_PER_EVENT_MAX),
      });
    }
  }
}

function partOf({ relationId, kind, tag, name }: TagChanges['put'][number]) {
  return { relationId, part: { kind, tag, name } };
}

/** A personal tag is a word of somebody, so no event tells it. */
function changeOf(isPut: boolean): (tag: TagChanges['put'][number]) => CorpTagsChanged['changes'] {
  return ({ kind, customerId, relationId, tag }) =>
    kind === 'personal' ? [] : [{ customerId, relationId, wecomTagId: tag, isPut }];
}

/** A changed profile counts once, however many staff follow the customer. */
function oneOfEachOther(
  rows: readonly WrittenRelation[],
  counted: readonly WrittenRelation[],
): WrittenRelation[] {
  const byCustomer = new Map(rows.map((row) => [row.customerId, row]));
  for (const { customerId } of counted) byCustomer.delete(customerId);
  return [...byCustomer.values()];
}
